// Rules that find mistakes, with the help of types. Prettier decides the format.
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
      // exhaustive-deps is off: it does not know signals, and an effect here lists the values that it follows, not all that it reads.
      // A destructured name may leave a member out of the rest.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  { files: ["*.js", "*.ts", "build/**", "texts/**"], extends: [tseslint.configs.disableTypeChecked] },
);
