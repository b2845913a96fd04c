import assert from "node:assert/strict";
import { fileNameIn } from "./file_name.js";

Deno.test("a file has the name that the server says, with all its letters", () => {
  assert.equal(fileNameIn("attachment; filename*=UTF-8''run%201%20%C3%BC.csv"), "run 1 ü.csv");
  assert.equal(fileNameIn("attachment; filename*=UTF-8''a.csv; size=3"), "a.csv");
});

Deno.test("a file without a name has one all the same", () => {
  assert.equal(fileNameIn("attachment"), "download");
  assert.equal(fileNameIn(null), "download");
});
