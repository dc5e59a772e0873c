//! What the people of a demo are called, and what they say.

pub(super) const WOMEN: [&str; 24] = [
    "Ada", "Alma", "Bea", "Clara", "Dora", "Elin", "Emma", "Fay", "Greta", "Hana", "Ines", "Jun", "Kira", "Lena",
    "Mei", "Mia", "Nora", "Olga", "Pia", "Rosa", "Suki", "Tara", "Uma", "Zoe",
];
pub(super) const MEN: [&str; 24] = [
    "Abel", "Anton", "Bao", "Cem", "Dan", "Emil", "Finn", "Gus", "Hugo", "Ivan", "Jan", "Kofi", "Leo", "Max", "Milo",
    "Nils", "Omar", "Paul", "Ravi", "Sam", "Tao", "Theo", "Vik", "Yuri",
];
pub(super) const FAMILIES: [&str; 20] = [
    "Abe", "Bauer", "Chen", "Costa", "Diaz", "Evans", "Fuchs", "Gao", "Haas", "Ito", "Jensen", "Kim", "Lind", "Moreau",
    "Novak", "Okoro", "Park", "Rossi", "Singh", "Wang",
];
pub(super) const PLACES: [&str; 8] =
    ["Chengdu", "Hangzhou", "Lisbon", "Nairobi", "Osaka", "Oslo", "Shanghai", "Vienna"];
pub(super) const GROUPS: [&str; 16] = [
    "Morning runners",
    "Tea and cake",
    "Book circle",
    "Night photographers",
    "Board games",
    "Climbing hall",
    "Choir",
    "Street food",
    "Cinema on Tuesdays",
    "Garden plots",
    "Chess in the park",
    "Ukulele",
    "Cat people",
    "Hiking",
    "Old maps",
    "Bread bakers",
];
pub(super) const ROOMS: [&str; 8] = [
    "Cooking noodles",
    "Rain on the roof",
    "Guitar for beginners",
    "Painting a harbour",
    "Night market",
    "Cat watching",
    "Piano requests",
    "Star gazing",
];
pub(super) const LINES: [&str; 12] = [
    "Hello! How was the weekend?",
    "Did you see the moon yesterday?",
    "The noodle place has opened again.",
    "I have found your umbrella.",
    "Shall we take the early train?",
    "Thank you for the book.",
    "The tickets are here!",
    "Call me when you are back.",
    "There is cake left, come over.",
    "My new camera is wonderful.",
    "See you at the climbing hall.",
    "Good night!",
];
pub(super) const POSTS: [&str; 14] = [
    "First light over the harbour.",
    "Bread number forty, and the first that is round.",
    "Who has lost a red glove?",
    "It snowed, and nobody was awake.",
    "The best bench of the park is free.",
    "New strings, old song.",
    "A whole day without the phone, nearly.",
    "Somebody painted the bridge.",
    "Dumplings, two hundred of them.",
    "The last train is the most beautiful one.",
    "Rain for three days. I like it.",
    "My plants have grown a leaf.",
    "We won at chess against the pigeons.",
    "Summer, please stay.",
];
pub(super) const COMMENTS: [&str; 10] = [
    "Lovely!",
    "Where is this?",
    "Me too.",
    "I was there yesterday.",
    "Take me along next time.",
    "What a colour.",
    "Ha!",
    "I want one as well.",
    "This made my day.",
    "More of these, please.",
];
pub(super) const SIGNATURES: [&str; 8] = [
    "Slowly, but every day.",
    "Tea first.",
    "Always the window seat.",
    "Here for the cats.",
    "Still learning.",
    "Ask me about maps.",
    "Half past late.",
    "Made of noodles.",
];
