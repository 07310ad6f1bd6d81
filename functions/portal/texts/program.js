/** The page's program, as the compiler reads it. */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The sources with texts, and the checker of their types. */
export function readProgram() {
  const config = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.json"), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error });
  const program = ts.createProgram(config.fileNames, config.options);
  const sources = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(join(root, "src")) && !/\.test\.tsx?$|\.d\.ts$|\.json$|src\/language\/|src\/session\.ts$/.test(fileName));
  return { sources, checker: program.getTypeChecker() };
}

export const nameOf = (source) => relative(root, source.fileName);
