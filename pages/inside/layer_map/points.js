// Where the points of a map are, which one is meant, and how they move from one map to the next.

/** @typedef {[number, number]} Point */

/** @typedef {(place: number) => boolean} Choice Whether the point at a place is meant. */

/**
 * Return the points on the way from one map to another, both as x, y, x, y, ….
 *
 * @param {ArrayLike<number>} from
 * @param {ArrayLike<number>} to as many
 * @param {number} part of the way, from 0 to 1; slow at both ends
 */
export function between(from, to, part) {
  const eased = part * part * (3 - 2 * part);
  return Float32Array.from(to, (value, place) => from[place] + eased * (value - from[place]));
}

/**
 * Return the place of the point next to a position; -1 if none is within the distance.
 *
 * @param {ArrayLike<number>} points as x, y, x, y, …
 * @param {Point} position
 * @param {number} within
 * @param {Choice} shown
 */
export function nearest(points, [x, y], within, shown) {
  let [found, least] = [-1, within];
  for (let place = 0; place < points.length / 2; place++) {
    const distance = Math.hypot(points[2 * place] - x, points[2 * place + 1] - y);
    if (distance <= least && shown(place)) [found, least] = [place, distance];
  }
  return found;
}

/** @type {Record<string, Point>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Return the place of the point to which an arrow key leads: the next one within 45° of its direction, or the same
 * place where there is none; null for other keys.
 *
 * @param {string} key
 * @param {ArrayLike<number>} points as x, y, x, y, …, where y grows downwards
 * @param {number} from
 * @param {Choice} shown
 */
export function nextPoint(key, points, from, shown) {
  const direction = DIRECTIONS[key];
  if (!direction) return null;
  let [found, least] = [from, Infinity];
  for (let place = 0; place < points.length / 2; place++) {
    const [x, y] = [points[2 * place] - points[2 * from], points[2 * place + 1] - points[2 * from + 1]];
    const ahead = x * direction[0] + y * direction[1];
    const aside = Math.abs(x * direction[1] - y * direction[0]);
    const distance = Math.hypot(x, y);
    if (ahead > 0 && aside < ahead && distance < least && shown(place)) [found, least] = [place, distance];
  }
  return found;
}

/**
 * Return the middle of each class, the median of its points, which a few strays do not move; null where it has none.
 *
 * @param {ArrayLike<number>} points as x, y, x, y, …
 * @param {number[]} labels the class of each point
 * @param {number} classes
 * @returns {(Point | null)[]}
 */
export function middles(points, labels, classes) {
  const members = Array.from({ length: classes }, () => /** @type {number[]} */ ([]));
  labels.forEach((label, place) => members[label].push(place));
  return members.map((places) => {
    if (!places.length) return null;
    return [
      median(places.map((place) => points[2 * place])),
      median(places.map((place) => points[2 * place + 1])),
    ];
  });
}

/** @param {number[]} values */
function median(values) {
  return values.sort((one, other) => one - other)[values.length >> 1];
}
