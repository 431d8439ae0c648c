/** nact tells apart what is told and what is asked only by `dispatch` and `query`: a cast is a message like any. */
export { open } from "./count.ts";
