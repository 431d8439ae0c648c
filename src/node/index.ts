export {
  type Application,
  type ApplicationPlan,
  application,
  isApplication,
} from "./application.ts";
export type { ApplicationOptions, Root, RootContext, RunOptions } from "./application-options.ts";
export { type EndCause, type Ending, exitCodeOf } from "./ending.ts";
