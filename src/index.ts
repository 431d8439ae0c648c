export { accepts } from "./actors/accepts.ts";
export { type Agent, type AgentCalls, type AgentCasts, defineAgent } from "./actors/agent.ts";
export type { Alias, AliasOptions } from "./actors/alias.ts";
export {
  type After,
  type Also,
  type CallAnswer,
  type Fail,
  fail,
  type Ignore,
  type InitAnswer,
  ignore,
  type Next,
  type NoReply,
  next,
  noReply,
  type Refuse,
  type Reply,
  refuse,
  reply,
  type Stop,
  stop,
} from "./actors/answers.ts";
export type { MailboxOptions, Redaction } from "./actors/behaviour.ts";
export { debug, type ProcessDebug, type SystemDebug } from "./actors/debug.ts";
export type { DebugOptions, TraceOptions } from "./actors/debug-options.ts";
export { defineActor } from "./actors/define-actor.ts";
export type {
  Actor,
  Answered,
  AnyActor,
  BareSelf,
  Behaviour,
  CallSelf,
  Self,
  StartArgs,
  Startable,
  Started,
  StartRest,
  System,
  TimerRef,
} from "./actors/definition.ts";
export type { Down, Exit, MonitorRef } from "./actors/links.ts";
export {
  formatTrace,
  type ShownMessage,
  type TraceEvent,
  type TraceListener,
} from "./actors/message-trace.ts";
export type { Task, TaskOutcome } from "./actors/owned-task.ts";
export {
  createProcessGroups,
  type GroupsNow,
  type ProcessGroups,
  type ProcessGroupsProcess,
} from "./actors/process-group.ts";
export type { GroupChange, GroupRef } from "./actors/process-group-monitors.ts";
export {
  diffProcesses,
  type ProcessChanges,
  type ProcessReport,
  type ProcessSummary,
} from "./actors/process-info.ts";
export { formatTree, type ProcessNode, type ProcessTree } from "./actors/process-tree.ts";
export type { From } from "./actors/sending.ts";
export type { StartOptions } from "./actors/start-options.ts";
export { createSystem } from "./actors/system.ts";
export type { SystemOptions } from "./actors/system-options.ts";
export { completedTask, startTask } from "./actors/task.ts";
export { awaitMany, yieldMany } from "./actors/task-many.ts";
export type {
  TaskOptions,
  TaskStreamOptions,
  TaskWaitOptions,
  YieldManyOptions,
} from "./actors/task-options.ts";
export { type StreamOutcome, taskStream } from "./actors/task-stream.ts";
export type { Counting, ProcessStatistics, TraceLog } from "./actors/trace-log.ts";
export type { TracedMessage, Tracing } from "./actors/tracing.ts";
export type { Backoff } from "./core/backoff.ts";
export {
  type ChildOptions,
  type ChildSpec,
  childSpec,
  type Handle,
  type HasChild,
  type Restart,
  type ShutdownMs,
} from "./core/child-spec.ts";
export {
  ActorError,
  BadMessageError,
  CallCycleError,
  CallTimeoutError,
  type ErrorCode,
  ExitedError,
  type Handled,
  InvalidOptionsError,
  isActorError,
  StartError,
} from "./core/errors.ts";
export { type ExitReason, isOrderly, type ReasonInput } from "./core/exit-reason.ts";
export type { Address, Callable, CallOptions, Name, Pid, PidOf, Speaks, StopOptions } from "./core/pid.ts";
export type { RestartBackoff } from "./core/restart-backoff-options.ts";
export type { RestartBudget } from "./core/restart-budget-options.ts";
export type { AutoShutdown } from "./core/restart-policy.ts";
export type { Broadcast, Gathered } from "./pools/broadcast.ts";
export { CheckoutTimeoutError, type Holder } from "./pools/checkout-error.ts";
export type {
  CheckoutPoolLimits,
  ClosePoolOptions,
  QueueLimits,
  RecycleOptions,
  ResourcePoolOptions,
  WorkerPoolOptions,
} from "./pools/checkout-options.ts";
export {
  type CheckoutPool,
  type CheckoutPoolProcess,
  createCheckoutPool,
} from "./pools/checkout-pool.ts";
export type { CheckoutStats } from "./pools/checkout-stats.ts";
export type { EjectionOptions } from "./pools/ejection.ts";
export type { WaitBucket, WaitTimes } from "./pools/histogram.ts";
export { createKeyedPool, type KeyedPool, type KeyedPoolProcess } from "./pools/keyed-pool.ts";
export type { KeyedPoolOptions } from "./pools/keyed-pool-options.ts";
export type { CheckinVerdict, Lease } from "./pools/lease.ts";
export type { OpeningBackoff } from "./pools/opening-backoff.ts";
export type { CheckoutDrop, PoolTotals } from "./pools/pool-journal.ts";
export type { Resource } from "./pools/resource.ts";
export type { OverrunOptions, RoutingPoolOptions } from "./pools/routing-options.ts";
export { createRoutingPool, type RoutingPool } from "./pools/routing-pool.ts";
export type { DropReason, MemberState, MemberStatus, RoutingStats } from "./pools/routing-stats.ts";
export { type ConsistentHashOptions, consistentHash } from "./pools/strategies/consistent-hash.ts";
export { leastBusy } from "./pools/strategies/least-busy.ts";
export { peakEwma } from "./pools/strategies/peak-ewma.ts";
export type { PeakEwmaOptions } from "./pools/strategies/peak-ewma-options.ts";
export { powerOfTwo } from "./pools/strategies/power-of-two.ts";
export { random } from "./pools/strategies/random.ts";
export { roundRobin } from "./pools/strategies/round-robin.ts";
export type { EndedRequest, Member, Picker, Strategy, StrategyContext } from "./pools/strategies/strategy.ts";
export { weighted } from "./pools/strategies/weighted.ts";
export type { CheckoutOptions } from "./pools/waiter.ts";
export type { Registration } from "./registry/claims.ts";
export { createRegistry } from "./registry/create-registry.ts";
export type { Entry, KeyedEntry } from "./registry/entry.ts";
export type { Key } from "./registry/key.ts";
export type { Awaiting } from "./registry/key-waits.ts";
export type { Listening, RegistryEvent, RegistryListener } from "./registry/listener.ts";
export type { Locking } from "./registry/locks.ts";
export type { ValuePattern, Where } from "./registry/pattern.ts";
export { createPubSub, type PubSub } from "./registry/pubsub.ts";
export type { EntryQuery } from "./registry/query.ts";
export type {
  DuplicateRegistry,
  EntryMove,
  RegistryProcess,
  ResolvedKey,
  UniqueRegistry,
  ValueUpdate,
} from "./registry/registry.ts";
export type { RegistryOptions } from "./registry/registry-options.ts";
export type { LookupOrStartOptions, Starting } from "./registry/starts.ts";
export type { WaitOptions } from "./registry/timed-wait.ts";
export type { ChildCounts, ChildInfo } from "./supervisor/calls.ts";
export { type DynamicSupervisorProcess, dynamicSupervisor } from "./supervisor/dynamic-supervisor.ts";
export type { PartitionSupervisorOptions, PartitionViaOptions } from "./supervisor/partition-options.ts";
export {
  createPartitionSupervisor,
  type PartitionSupervisor,
  type PartitionSupervisorProcess,
} from "./supervisor/partition-supervisor.ts";
export type { RestartOptions } from "./supervisor/restart-options.ts";
export type { SupervisorStrategy } from "./supervisor/restart-plan.ts";
export { type SupervisorProcess, supervisor } from "./supervisor/supervisor.ts";
export type {
  DynamicSupervisorOptions,
  SupervisorOptions,
  TaskChildOptions,
  TaskSupervisorOptions,
} from "./supervisor/supervisor-options.ts";
export {
  createTaskSupervisor,
  type TaskSupervisor,
  type TaskSupervisorProcess,
} from "./supervisor/task-supervisor.ts";
export { consoleLogger, formatCrash, formatRecord } from "./telemetry/console-reporter.ts";
export type {
  CrashReport,
  DeadLetter,
  EventName,
  RestartReport,
  SpanStart,
  SpentBudget,
  SystemEvents,
} from "./telemetry/events.ts";
export type { LoggedEvent, Logger, LogRecord } from "./telemetry/logger.ts";
export { type PinoLike, pinoLogger } from "./telemetry/pino-logger.ts";
export type { AttachedHandler, Telemetry } from "./telemetry/telemetry.ts";
