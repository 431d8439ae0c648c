throw new SyntaxError("cannot even start");
