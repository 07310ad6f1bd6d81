// The rules are those that find mistakes, with types; how the code looks is Prettier's.
import { defineConfig, globalIgnores } from "eslint/config";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["dist", "assets", "src/api/schema.d.ts"]),
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["texts/*.js"] }, tsconfigRootDir: import.meta.dirname } },
    plugins: { "react-hooks": reactHooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      // Of exhaustive-deps there is none: it knows no signals, and an effect here names what it follows, not all that it reads.
      // A destructured name may leave a member out of the rest.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  { files: ["*.js", "*.ts", "build/**", "texts/**"], extends: [tseslint.configs.disableTypeChecked] },
);
