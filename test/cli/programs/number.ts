/** Exports by default what nobody can start. */
export default 7;
