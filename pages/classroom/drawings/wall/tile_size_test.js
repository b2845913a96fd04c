import { LARGEST, SMALLEST, tileSide, WITH_CAPTION } from "./tile_size.js";

/**
 * @param {unknown} found
 * @param {unknown} expected
 */
function same(found, expected) {
  if (found !== expected) throw new Error(`${found}, not ${expected}`);
}

Deno.test("a few drawings are as large as they may be", () => same(tileSide(3, 1200, 700), LARGEST));

Deno.test("four hundred drawings fit beside the navigation of a projector, and two thousand", () => {
  for (const count of [400, 2000]) {
    const side = tileSide(count, 1500, 700);
    const columns = Math.floor((1500 + 4) / (side + 4));
    if (Math.ceil(count / columns) * (side + 4) > 700) throw new Error(`${count} do not fit`);
    if (side >= WITH_CAPTION) throw new Error("there is no room for captions");
  }
  same(tileSide(400, 1500, 700), 46);
});

Deno.test("a phone scrolls", () => same(tileSide(2000, 358, 300), SMALLEST));
