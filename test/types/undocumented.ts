export const undocumented = true;
