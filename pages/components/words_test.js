import assert from "node:assert/strict";

import { filled } from "./words.js";

Object.assign(globalThis, { document: { documentElement: { lang: "" } } });

Deno.test("values take the places of their names, in any order", () => {
  assert.equal(
    filled("{right} von {images} am Ende von {right}", { images: 12, right: 11 }),
    "11 von 12 am Ende von 11",
  );
});

Deno.test("a value that looks like a name stays as it is", () => {
  assert.equal(filled("{answer}: wrong", { answer: "{answer}" }), "{answer}: wrong");
});

Deno.test("the thousands of numbers stand apart as in the language of the page", () => {
  document.documentElement.lang = "en";
  assert.equal(filled("Drawings: {count}", { count: 12345 }), "Drawings: 12,345");
  document.documentElement.lang = "de";
  assert.equal(filled("Zeichnungen: {count}", { count: 12345 }), "Zeichnungen: 12\u202f345");
});
