/** Exports something, but nothing by default. */
export const shop = 1;
export const app = 2;
