/** Does not get as far as its export. */
throw new RangeError("out of paper");
