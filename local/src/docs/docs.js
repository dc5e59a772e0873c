// Starts the viewer on the document that the page names, and keeps it as light or dark as the person likes.
"use strict";

const scheme = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", scheme.matches);
follow();
scheme.addEventListener("change", follow);

const viewer = document.getElementById("viewer");
SwaggerUIBundle({
    domNode: viewer,
    url: viewer.dataset.document,
    deepLinking: true,
    docExpansion: "list",
    filter: true,
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    // Nothing is sent anywhere else to be checked.
    validatorUrl: null,
});
