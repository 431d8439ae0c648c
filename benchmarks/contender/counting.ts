import { expectSame } from "./work.ts";

/** A listener that counts what it hears, in order, and a way to take the count. */
export function counting(): { readonly listener: (place: number) => void; readonly take: () => number } {
  let heard = 0;
  return {
    listener: (place) => {
      expectSame("order", place, heard);
      heard += 1;
    },
    take: () => {
      const taken = heard;
      heard = 0;
      return taken;
    },
  };
}
