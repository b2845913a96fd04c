import assert from "node:assert/strict";

import { filled } from "./words.js";

Deno.test("values take the places of their names, in any order", () => {
  assert.equal(
    filled("{right} von {images} am Ende von {right}", { images: 12, right: 11 }),
    "11 von 12 am Ende von 11",
  );
});

Deno.test("a value that looks like a name stays as it is", () => {
  assert.equal(filled("{answer}: wrong", { answer: "{answer}" }), "{answer}: wrong");
});
