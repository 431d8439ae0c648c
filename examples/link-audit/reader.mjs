// The door to the reader's thread: Node 20 runs no TypeScript, and a worker inherits no loader.
import { register } from "tsx/esm/api";

register();
await import("./reader.ts");
