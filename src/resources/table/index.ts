export type { CounterField, CounterStep } from "./counter.ts";
export { createTable } from "./create-table.ts";
export type { RowWhere, Table, TableHeir, TableInfo, TableTransfer } from "./table.ts";
export type { TableAccess, TableOptions } from "./table-options.ts";
