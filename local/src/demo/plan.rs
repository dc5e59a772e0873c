//! Who is in a demo, and who does what with whom: made from a seed alone, before anything is called. The same seed gives the same plan.

use super::words;
use shared::random::Random;
use std::collections::BTreeSet;

/// The first number that people of a demo have; the next ones follow.
const FIRST_NUMBER: u64 = 15_600_000_001;

/// Somebody with a phone number, as Light Up, SealTalk and Live know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) phone: String,
    pub(super) name: String,
    pub(super) woman: bool,
    /// Seconds since 1970.
    pub(super) birthday: u32,
    pub(super) place: &'static str,
    /// What the portrait is drawn from.
    pub(super) face: u32,
    /// Answers all questions, and so is shown to others as a guest.
    pub(super) answers: bool,
    /// Signs in to Live as well.
    pub(super) live: bool,
}

/// Somebody who is a device, as m_user knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) device: String,
    pub(super) name: String,
    pub(super) woman: bool,
    pub(super) age: u32,
    pub(super) signature: &'static str,
    pub(super) face: u32,
    /// Is granted coins.
    pub(super) coins: bool,
}

/// Something that a member publishes, and what others think of it: indices of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Post {
    pub(super) by: usize,
    pub(super) text: &'static str,
    /// What its picture is drawn from, if it has one.
    pub(super) picture: Option<u32>,
    pub(super) likes: Vec<usize>,
    pub(super) comments: Vec<(usize, &'static str)>,
}

/// Numbers in pairs are indices of `people`, in gifts between members those of `members`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) people: Vec<Person>,
    pub(super) members: Vec<Member>,
    pub(super) friends: Vec<(usize, usize)>,
    /// Name and members, the first of whom makes it.
    pub(super) groups: Vec<(String, Vec<usize>)>,
    /// Who lights whom, and up to which light.
    pub(super) lights: Vec<(usize, usize, u32)>,
    pub(super) messages: Vec<(usize, usize, Vec<&'static str>)>,
    pub(super) rooms: Vec<(usize, &'static str)>,
    /// Coins from one to another, in Live.
    pub(super) coins: Vec<(usize, usize, u32)>,
    pub(super) posts: Vec<Post>,
    /// Roses, in m_user.
    pub(super) roses: Vec<(usize, usize)>,
}

/// Chance with a seed.
struct Draw(Random);

impl Draw {
    fn below(&self, count: usize) -> usize {
        let most = u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX);
        usize::try_from(self.0.within(0..=most)).unwrap_or_default()
    }

    fn of<T: Copy>(&self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// So many different numbers below a count, or fewer if there are not as many, without one of them.
    fn several(&self, many: usize, count: usize, without: usize) -> Vec<usize> {
        let mut all: Vec<_> = (0..count).filter(|item| *item != without).collect();
        self.0.shuffle(&mut all);
        all.truncate(many);
        all
    }
}

impl Plan {
    /// A plan for so many people, of whom three of four have a number and the others are devices.
    pub(super) fn new(seed: u64, many: usize) -> Self {
        let draw = Draw(Random::seeded(seed));
        let of_numbers = many * 3 / 4;
        let names = names(&draw, many);
        let (with_numbers, others) = names.split_at(of_numbers);
        let people = (0u64..).zip(with_numbers).map(|(place, name)| person(&draw, place, name)).collect();
        let members = others.iter().enumerate().map(|(place, name)| member(&draw, seed, place, name)).collect();
        let mut plan = Self { people, members, ..Self::default() };
        plan.meet(&draw);
        plan.talk(&draw);
        plan.publish(&draw);
        plan
    }

    fn meet(&mut self, draw: &Draw) {
        let many = self.people.len();
        let mut pairs = BTreeSet::new();
        for one in 0..many {
            let others = draw.several(1 + usize::from(draw.below(4) == 0), many, one);
            pairs.extend(others.into_iter().map(|other| (one.min(other), one.max(other))));
        }
        self.friends = pairs.into_iter().collect();
        draw.0.shuffle(&mut self.friends);
        for place in 0..many.div_ceil(12).min(words::GROUPS.len()) {
            let owner = draw.below(many);
            let size = 3 + draw.below(6);
            let members = [vec![owner], draw.several(size, many, owner)].concat();
            self.groups.push((words::GROUPS[place].to_owned(), members));
        }
        let lighting: Vec<_> = (0..many).filter(|place| self.people[*place].answers).collect();
        for one in lighting {
            let others = draw.several(2 + draw.below(2), many, one);
            self.lights.extend(others.into_iter().map(|other| (one, other, 1 + u32::from(draw.below(3) > 0) * 2)));
        }
    }

    fn talk(&mut self, draw: &Draw) {
        let talking = self.friends.len().div_ceil(10);
        for (one, other) in &self.friends[..talking] {
            let lines = (0..1 + draw.below(3)).map(|_| draw.of(&words::LINES)).collect();
            self.messages.push((*one, *other, lines));
        }
        let live: Vec<_> = (0..self.people.len()).filter(|place| self.people[*place].live).collect();
        for (place, title) in draw.several(live.len().div_ceil(4), live.len(), usize::MAX).into_iter().zip(words::ROOMS)
        {
            self.rooms.push((live[place], title));
        }
        for place in draw.several(live.len().div_ceil(2), live.len(), usize::MAX) {
            let others = draw.several(1, live.len(), place);
            self.coins
                .extend(others.into_iter().map(|other| (live[place], live[other], 1 + self.people[place].face % 9)));
        }
    }

    fn publish(&mut self, draw: &Draw) {
        let many = self.members.len();
        for by in 0..many {
            for _ in 0..1 + usize::from(draw.below(4) == 0) {
                let picture = (draw.below(3) > 0).then(|| draw.0.within(0..=u32::MAX));
                let commenting = draw.below(3);
                let comments =
                    draw.several(commenting, many, by).into_iter().map(|who| (who, draw.of(&words::COMMENTS)));
                let comments = comments.collect();
                let liking = draw.below(6);
                self.posts.push(Post {
                    by,
                    text: draw.of(&words::POSTS),
                    picture,
                    likes: draw.several(liking, many, by),
                    comments,
                });
            }
        }
        let giving: Vec<_> = (0..many).filter(|place| self.members[*place].coins).collect();
        self.roses = giving
            .into_iter()
            .flat_map(|one| draw.several(1, many, one).into_iter().map(move |to| (one, to)))
            .collect();
    }

    /// How many things are done: what a bar of progress counts to.
    pub(super) fn size(&self) -> usize {
        let made = self.people.len() + self.members.len() + self.friends.len() + self.groups.len() + self.lights.len();
        made + self.messages.len() + self.rooms.len() + self.coins.len() + self.posts.len() + self.roses.len()
    }
}

/// So many different names, with the sex that each is a name of.
fn names(draw: &Draw, many: usize) -> Vec<(String, bool)> {
    let both = words::WOMEN.iter().map(|name| (name, true)).chain(words::MEN.iter().map(|name| (name, false)));
    let whole = |(name, woman): (&&str, bool)| words::FAMILIES.map(|family| (format!("{name} {family}"), woman));
    let mut all: Vec<_> = both.flat_map(whole).collect();
    draw.0.shuffle(&mut all);
    all.truncate(many);
    all
}

fn person(draw: &Draw, place: u64, (name, woman): &(String, bool)) -> Person {
    Person {
        phone: (FIRST_NUMBER + place).to_string(),
        name: name.clone(),
        woman: *woman,
        birthday: draw.0.within(378_691_200..=1_104_537_600),
        place: draw.of(&words::PLACES),
        face: draw.0.within(0..=u32::MAX),
        answers: place.is_multiple_of(6),
        live: place.is_multiple_of(7),
    }
}

fn member(draw: &Draw, seed: u64, place: usize, (name, woman): &(String, bool)) -> Member {
    Member {
        device: format!("demo-{seed}-device-{place:03}"),
        name: name.clone(),
        woman: *woman,
        age: draw.0.within(19..=58),
        signature: draw.of(&words::SIGNATURES),
        face: draw.0.within(0..=u32::MAX),
        coins: place.is_multiple_of(4),
    }
}
