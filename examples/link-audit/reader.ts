/**
 * The reader's side of the thread.
 *
 * @module
 */

import { serve } from "troupe/resources/threads";
import { extract } from "./extract.ts";

serve(extract);
