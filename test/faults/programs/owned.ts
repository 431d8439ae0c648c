/** Faults of A in every way in which code can fail; prints what each scene came to. */
import { EventEmitter } from "node:events";
import { createReadStream, readFile } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { boom, closedPort, playAll } from "./stage.ts";

const port = await closedPort();

await playAll({
  "a handler throws": ({ a }) =>
    a.cast.plays(() => {
      throw boom();
    }),
  "a handler answers what cannot be looked at": ({ a }) =>
    a.cast.answers(
      () =>
        new Proxy(
          {},
          {
            get() {
              throw boom();
            },
          },
        ),
    ),
  "an asynchronous handler rejects": ({ a }) =>
    a.cast.awaits(async () => {
      await null;
      throw boom();
    }),
  "a handler promised an answer, and the promise rejects": ({ a }) =>
    void a.call
      .answers(() => new Promise((_resolve, reject) => setTimeout(reject, 5, boom())))
      .catch(() => undefined),
  "a promise is rejected and forgotten": ({ a }) => a.cast.plays(() => void Promise.reject(boom())),
  "a forgotten async function throws after an await": ({ a }) =>
    a.cast.plays(() => {
      void (async () => {
        await null;
        throw boom();
      })();
    }),
  "a forgotten async function throws after a timer": ({ a }) =>
    a.cast.plays(() => {
      void (async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        throw boom();
      })();
    }),
  "a timer's callback throws": ({ a }) =>
    a.cast.plays(() =>
      setTimeout(() => {
        throw boom();
      }, 5),
    ),
  "an interval's callback throws": ({ a }) =>
    a.cast.plays(() => {
      const interval = setInterval(() => {
        clearInterval(interval);
        throw boom();
      }, 5);
    }),
  "an immediate throws": ({ a }) =>
    a.cast.plays(() =>
      setImmediate(() => {
        throw boom();
      }),
    ),
  "a next tick throws": ({ a }) =>
    a.cast.plays(() =>
      process.nextTick(() => {
        throw boom();
      }),
    ),
  "a callback of the file system throws": ({ a }) =>
    a.cast.plays(() =>
      readFile("package.json", () => {
        throw boom();
      }),
    ),
  "an emitter has an error and no listener": ({ a }) =>
    a.cast.plays(() => new EventEmitter().emit("error", boom())),
  "an emitter's listener throws in a timer": ({ a }) =>
    a.cast.plays(() => {
      const emitter = new EventEmitter().on("late", () => {
        throw boom();
      });
      setTimeout(() => emitter.emit("late"), 5);
    }),
  "a connection is refused and has no listener": ({ a }) => a.cast.plays(() => connect(port, "127.0.0.1")),
  "a request is refused and has no listener": ({ a }) => a.cast.plays(() => get(`http://127.0.0.1:${port}/`)),
  "a stream fails and has no listener": ({ a }) =>
    a.cast.plays(() => {
      new Readable({
        read() {
          this.destroy(boom());
        },
      }).resume();
    }),
  "a file to read is not there": ({ a }) => a.cast.plays(() => createReadStream("/nowhere/at/all")),
  "a handler awaits while a timer of its own throws": ({ a }) =>
    a.cast.awaits(() => {
      setTimeout(() => {
        throw boom();
      }, 5);
      return new Promise(() => undefined);
    }),
});
