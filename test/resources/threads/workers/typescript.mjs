// Preloaded into worker threads with --import, so that their modules may be TypeScript: on Node 20 tsx's own
// --import reaches the main thread alone.
import { register } from "tsx/esm/api";

register();
