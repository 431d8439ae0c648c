export {
  type Application,
  type ApplicationPlan,
  application,
  isApplication,
  type RunOptions,
} from "./application.ts";
export type { ApplicationOptions, Root, RootContext } from "./application-options.ts";
export { type EndCause, type Ending, exitCodeOf } from "./ending.ts";
