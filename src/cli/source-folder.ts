/**
 * Watches the source files of a folder and of all folders below it, also of those that come later.
 *
 * One watcher for each folder: a recursive one would take in `node_modules`, and does not tell on every
 * platform and version what has changed.
 *
 * @module
 */

import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join, relative, sep } from "node:path";

/** What a module can import and edit; data that a program writes beside itself is none. */
const SOURCE = /\.[cm]?[jt]sx?$/;

/** Folders that hold no source of this project. */
const LEFT_OUT = /^(?:\.|node_modules$)/;

/** Tells of changes until it is closed; whoever listens gathers them. */
export class SourceFolder {
  readonly #root: string;
  readonly #changed: (path: string) => void;
  readonly #watchers = new Map<string, FSWatcher>();

  /** @param changed - told the path of each source file that came, changed or went, from `root` on */
  constructor(root: string, changed: (path: string) => void) {
    this.#root = root;
    this.#changed = changed;
    this.#add(root);
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #add(folder: string): void {
    if (this.#watchers.has(folder)) return;
    const watcher = watch(folder, (event, name) => {
      if (name !== null) this.#see(folder, name, event);
    });
    // A folder that went away.
    watcher.on("error", () => this.#drop(folder));
    this.#watchers.set(folder, watcher);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !LEFT_OUT.test(entry.name)) this.#add(join(folder, entry.name));
    }
  }

  #see(folder: string, name: string, event: string): void {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      // By then it may be another one than the one that is watched: this one came after it had gone.
      if (event === "rename" && !LEFT_OUT.test(name)) this.#welcome(path);
      return;
    }
    if (found === undefined) this.#drop(path);
    if (SOURCE.test(name)) this.#changed(relative(this.#root, path));
  }

  /** What was in a folder before it was watched is news as well. */
  #welcome(folder: string): void {
    this.#drop(folder);
    try {
      this.#add(folder);
      const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
      const news = names.find((name) => SOURCE.test(name));
      if (news !== undefined) this.#changed(relative(this.#root, join(folder, news)));
    } catch {
      // It has gone again.
      this.#drop(folder);
    }
  }

  #drop(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== folder && !path.startsWith(folder + sep)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
  }
}
