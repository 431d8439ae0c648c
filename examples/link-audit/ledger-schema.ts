/**
 * The ledger's tables and the statements that decide over them.
 *
 * Every address has one row, made before anybody asks for it; its outcome is written once, together with the links
 * of its page, in one statement. So whoever dies, and whenever, no page is lost and none is counted twice.
 *
 * @module
 */

/** Redirects that are followed for one link. */
export const MAX_REDIRECTS = 10;

/** Makes what is missing. */
export function createTables(schema: string): string {
  return `
    create schema if not exists ${schema};
    create table if not exists ${schema}.target (
      key text primary key,
      inside boolean not null,
      outcome text check (outcome in ('page', 'file', 'redirect', 'failed')),
      reason text,
      location text,
      fragment text
    );
    create table if not exists ${schema}.anchor (page text not null, name text not null);
    create index if not exists anchor_by_name on ${schema}.anchor (page, md5(name));
    create table if not exists ${schema}.link (
      page text not null,
      ordinal integer not null,
      line integer not null,
      href text not null,
      target text,
      fragment text,
      fault text,
      leaves boolean not null,
      primary key (page, ordinal)
    );
    create table if not exists ${schema}.verdict (
      page text not null,
      ordinal integer not null,
      reason text not null,
      primary key (page, ordinal)
    );`;
}

/** Where the audit begins: addresses ($1) under the names they are shown by ($2), as links of ordinal 0. */
export function insertEntries(schema: string): string {
  return `
    with entry(key, shown) as (select * from unnest($1::text[], $2::text[])),
    known as (
      insert into ${schema}.target (key, inside) select key, true from entry order by key on conflict do nothing
    )
    insert into ${schema}.link (page, ordinal, line, href, target, leaves)
    select key, 0, 0, shown, key, false from entry order by key on conflict do nothing`;
}

/**
 * Writes the outcome of an address and all that follows from it, unless it is written already; answers the
 * addresses it leads to that are still open, whoever found them first.
 */
export function settleTarget(schema: string): string {
  return `
    with settled as (
      update ${schema}.target set outcome = $2, reason = $3, location = $4, fragment = $5
      where key = $1 and outcome is null returning key
    ),
    named as (
      insert into ${schema}.anchor (page, name)
      select $1, name from unnest($6::text[]) as found(name) where exists (select from settled)
    ),
    linked as (
      insert into ${schema}.link (page, ordinal, line, href, target, fragment, fault, leaves)
      select $1, ordinal, line, href, target, fragment, fault, leaves
      from unnest($7::int[], $8::text[], $9::text[], $10::text[], $11::text[], $12::boolean[])
        with ordinality as found(line, href, target, fragment, fault, leaves, ordinal)
      where exists (select from settled)
    ),
    added as (
      -- Two pages never wait for each other in a circle: rows that are there are left alone, since another page may be
      -- settling them, and new ones are made in order of keys.
      insert into ${schema}.target (key, inside)
      select key, inside from unnest($13::text[], $14::boolean[]) as found(key, inside)
      where exists (select from settled)
        and not exists (select from ${schema}.target as known where known.key = found.key)
      order by key
      on conflict do nothing returning key, inside
    )
    select key, inside from added
    union all
    select key, inside from ${schema}.target where key = any($13::text[]) and outcome is null`;
}

/** Addresses nobody has an outcome for. */
export function selectOpen(schema: string): string {
  return `select key, inside from ${schema}.target where outcome is null order by key`;
}

/** Follows redirects to their ends and writes down every link that leads nowhere. May run again. */
export function judgeLinks(schema: string): string {
  return `
    insert into ${schema}.verdict (page, ordinal, reason)
    with recursive trail(start, at, fragment, passed) as (
      select key, location, fragment, array[key] from ${schema}.target where outcome = 'redirect'
      union all
      select trail.start, target.location, coalesce(target.fragment, trail.fragment), passed || target.key
      from trail join ${schema}.target on target.key = trail.at and target.outcome = 'redirect'
      where target.key <> all(passed) and cardinality(passed) <= ${MAX_REDIRECTS}
    ),
    landing as (
      select distinct on (start) start, at, fragment, at = any(passed) as circle,
        cardinality(passed) > ${MAX_REDIRECTS} as endless
      from trail order by start, cardinality(passed) desc
    ),
    arrival as (
      select link.page, link.ordinal, link.fault, coalesce(circle, false) as circle, coalesce(endless, false) as endless,
        case when landing.start is null then link.target else landing.at end as at,
        coalesce(landing.fragment, link.fragment) as fragment
      from ${schema}.link left join landing on landing.start = link.target
    ),
    judged as (
      select arrival.page, arrival.ordinal, case
        when fault is not null then fault
        when circle then 'redirects in a circle'
        when endless then 'redirects more than ${MAX_REDIRECTS} times'
        when outcome = 'failed' then target.reason
        when outcome = 'page' and inside and arrival.fragment is not null and not exists (
          select from ${schema}.anchor
          where anchor.page = at and md5(name) = md5(arrival.fragment) and name = arrival.fragment
        ) then 'no anchor #' || arrival.fragment
      end as reason
      from arrival left join ${schema}.target on target.key = at
    )
    select page, ordinal, reason from judged where reason is not null
    on conflict do nothing`;
}

/** The figures of the report. */
export function selectSummary(schema: string): string {
  return `
    select
      (select count(*)::int from ${schema}.target where outcome = 'page' and inside) as pages,
      (select count(*)::int from ${schema}.link where ordinal > 0) as links,
      (select count(*)::int from ${schema}.link where leaves) as leaving`;
}

/** The broken links, in no order that matters. */
export function selectBroken(schema: string): string {
  return `
    select page, line, href, reason from ${schema}.verdict join ${schema}.link using (page, ordinal)`;
}

/** Removes everything. */
export function dropTables(schema: string): string {
  return `drop schema if exists ${schema} cascade`;
}
