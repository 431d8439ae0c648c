/**
 * Colour for trees, where there is somebody to see it.
 *
 * @module
 */

/** Where text goes, as far as colour is concerned. */
export interface Canvas {
  readonly isTTY?: boolean;
}

/**
 * Whether a stream shows colour: `NO_COLOR` says no, `FORCE_COLOR` says yes, else a terminal does that is not dumb.
 *
 * @param env - the environment of the process
 */
export function showsColour(canvas: Canvas, env: Readonly<Record<string, string | undefined>>): boolean {
  const { NO_COLOR: no = "", FORCE_COLOR: force } = env;
  if (no !== "") return false;
  if (force !== undefined) return force !== "0" && force !== "false";
  return canvas.isTTY === true && env["TERM"] !== "dumb";
}

const BOLD = 1;
const DIM = 2;
const YELLOW = 33;
const CYAN = 36;

/** Notes that want to be seen: it does not simply run. */
const UNEASY = /^(?:restarting|stopped|starting|stopping|suspended|\d+ queued)/;

/**
 * Colours a tree, as `formatTree` and `planText` write them: branches and notes step back, who it is stands out.
 *
 * @example
 * ```ts
 * paintTree("shop\n└── tills (pid 1)");
 * //=> "\x1b[1mshop\x1b[0m\n\x1b[2m└── \x1b[0m\x1b[36mtills\x1b[0m\x1b[2m (pid 1)\x1b[0m"
 * ```
 */
export function paintTree(text: string): string {
  const [title = "", ...lines] = text.split("\n");
  return [paint(BOLD, title), ...lines.map(paintLine)].join("\n");
}

function paintLine(line: string): string {
  const [, branches = "", who = "", pid = "", notes = ""] =
    /^([│├└─ ]*)(.*?)( \(pid \d+\))?((?: · .*)?)$/.exec(line) ?? [];
  const [name, state] = splitPhase(who);
  const shownNotes = notes
    .split(" · ")
    .slice(1)
    .map((note) => paint(DIM, " · ") + paint(UNEASY.test(note) ? YELLOW : DIM, note))
    .join("");
  return paint(DIM, branches) + paint(CYAN, name) + paint(YELLOW, state) + paint(DIM, pid) + shownNotes;
}

/** `till: restarting` is a child without a process. */
function splitPhase(who: string): readonly [string, string] {
  const at = who.lastIndexOf(": ");
  return at >= 0 && UNEASY.test(who.slice(at + 2)) ? [who.slice(0, at), who.slice(at)] : [who, ""];
}

function paint(code: number, text: string): string {
  return text === "" ? "" : `\x1b[${code}m${text}\x1b[0m`;
}
