// The drawings that the wall knows: what the server says of all of them, and the pictures, which it sends once. No DOM.

/**
 * `drawings`: of each, oldest first, its number, label, what the network reads, and who drew it as a place in `writers`.
 * `sheet`: a picture with the drawings `ids` side by side, `across` in a row and `down` rows; null if there are none.
 *
 * @typedef {object} Answer
 * @property {[number, number, number, number][]} drawings
 * @property {string[]} writers
 * @property {{ ids: number[], across: number, down: number, url: string } | null} sheet
 */

/** @typedef {{ id: number, label: number, read: number, writer: string }} Drawing */
/** @typedef {{ sheet: number, x: number, y: number }} Place where a picture is: shares of its sheet in percent */

export class KnownDrawings {
  /** @type {Drawing[]} oldest first */
  drawings = [];
  /** @type {Map<number, Place>} by the number of the drawing; pictures of deleted ones stay, which may come back */
  places = new Map();
  /** @type {{ across: number, down: number, url: string }[]} */
  sheets = [];

  /** @param {Answer} answer */
  update({ drawings, writers, sheet }) {
    this.drawings = drawings.map(([id, label, read, writer]) => ({ id, label, read, writer: writers[writer] }));
    if (!sheet) return;
    const { ids, across, down } = sheet;
    ids.forEach((id, index) => {
      const x = (100 * (index % across)) / Math.max(across - 1, 1);
      const y = (100 * Math.floor(index / across)) / Math.max(down - 1, 1);
      this.places.set(id, { sheet: this.sheets.length, x, y });
    });
    this.sheets.push(sheet);
  }

  /** Return after which number the server is to send pictures: all up to it are there. */
  get after() {
    const missing = this.drawings.find(({ id }) => !this.places.has(id));
    return missing ? missing.id - 1 : (this.drawings.at(-1)?.id ?? 0);
  }

  /** Return how many there are, how many of them are read correctly, and by how many people they are. */
  get counts() {
    const right = this.drawings.filter(({ label, read }) => label === read).length;
    return { drawings: this.drawings.length, right, writers: new Set(this.drawings.map(({ writer }) => writer)).size };
  }
}
