import { describe, expect, it } from "vitest";
import { createSlugger } from "../../../examples/link-audit/slug.ts";

describe("createSlugger", () => {
  it.each([
    ["Hello World", "hello-world"],
    ["What's new, in 2.0?", "whats-new-in-20"],
    ["`code` & more", "code--more"],
    ["snake_case and kebab-case", "snake_case-and-kebab-case"],
    ["Größe 日本語 Ångström", "größe-日本語-ångström"],
    ["A → B", "a--b"],
    ["👋 hi", "-hi"],
    ["beside an image ", "beside-an-image-"],
  ])("names %j %j", (heading, slug) => {
    expect(createSlugger()(heading)).toBe(slug);
  });

  it("numbers equal headings from the second on", () => {
    const slug = createSlugger();
    expect(["a", "A", "a"].map(slug)).toEqual(["a", "a-1", "a-2"]);
  });

  it("steps over a suffix that a heading spells out", () => {
    const slug = createSlugger();
    expect(["a", "a-1", "a", "a"].map(slug)).toEqual(["a", "a-1", "a-2", "a-3"]);
  });
});
