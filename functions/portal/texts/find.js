/**
 * Finds the texts of the page's source: those that go through the functions of
 * src/language, and those that should. A literal counts as a text by its place (a
 * child of an element, an attribute that people read) or by its look (a capital
 * letter first, or several words).
 */
import ts from "typescript";

export const functions = ["t", "rich", "plural"];

const readAttributes = new Set("title label hint lead caption yes no alt placeholder aria-label note all empty summary say aria-valuetext unit".split(" "));
const codeAttributes = new Set(
  "class type name id role href key icon d viewBox pattern autocomplete enterkeyhint inputmode kind style rel target of min max value list at".split(" "),
);
const codeCalls =
  /^(t|rich|plural|known|matchMedia|useMedia|querySelector(All)?|addEventListener|removeEventListener|closest|matches|setItem|getItem|removeItem|GET|POST|PUT|PATCH|DELETE|set|get|append|has|open|includes|split|join|replace(All)?|startsWith|endsWith|setAttribute|getAttribute|createElement|import|RegExp|DisplayNames|NumberFormat|DateTimeFormat|PluralRules|URL|localeCompare|indexOf|log|warn|error|staff|contains|getElementById|setRequestHeader|getPropertyValue|download|save|spaced|dispatchEvent|Event|CustomEvent)$/;
const codeConstants = new Set(["tones", "paths", "focusable"]); // tables of classes and drawings
const inline = new Set("b strong small code kbd i em a span time bdi s del ins abbr".split(" "));

/** Proper names and samples, which are alike in every language. */
const names = new Set([
  "DID Purchase",
  "Stripe",
  "Latin-1",
  "monthly-inventory",
  "Control+K",
  "alice",
  "ada",
  "sales, berlin",
  "did.rented, order.completed",
  "English",
  "Deutsch",
  "Français",
  "Español",
  "العربية",
  "CSV",
  "XLSX",
  "PDF",
  "SIP",
  "TAXI",
  "DID",
]);

const hasLetters = (text) => /\p{L}{2}/u.test(text.replace(/&\w+;/g, ""));
const looksLikeText = (text) => hasLetters(text) && (/^\p{Lu}(\p{Ll}|\s)/u.test(text) || /\p{L}[,.:;!?’']* +\p{L}/u.test(text) || /[…]$/.test(text));
const isSample = (text) =>
  names.has(text.trim()) || /^¤ [kMG]B$/.test(text.trim()) || /^(sip:|https?:|\+\d|\d|\/)/.test(text.trim()) || /^[a-z0-9]+\.[a-z.]+$/.test(text.trim());

/** A text that no function of src/language translates: its place, and the code that replaces it. */
export function findTexts(source, checker) {
  const found = [];
  visit(source);
  return found;

  function visit(node) {
    if (
      ts.isImportDeclaration(node) ||
      ts.isExportDeclaration(node) ||
      ts.isTypeNode(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node)
    )
      return;
    if (ts.isJsxElement(node) || ts.isJsxFragment(node)) {
      const rest = childUnits(node);
      if (ts.isJsxElement(node)) visit(node.openingElement);
      rest.forEach(visit);
      return;
    }
    if (ts.isJsxAttribute(node) && node.initializer && ts.isStringLiteral(node.initializer)) {
      const name = node.name.getText(source);
      const text = cookedAttribute(node.initializer);
      if (hasLetters(text) && !isSample(text) && !codeAttributes.has(name) && (readAttributes.has(name) || looksLikeText(text)))
        add(node.initializer, `{${call("t", text)}}`, text);
      return;
    }
    if (ts.isJsxAttribute(node) && codeAttributes.has(node.name.getText(source)) && !["list"].includes(node.name.getText(source))) {
      if (node.initializer) ts.forEachChild(node.initializer, (child) => void (containsJsx(child) && visit(child)));
      return;
    }
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (isTextLiteral(node, node.text)) add(node, call("t", node.text), node.text);
      return;
    }
    if (ts.isTemplateExpression(node)) {
      const statics = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join("¤");
      if (isTextTemplate(node, statics)) {
        const values = new Values();
        let sentence = node.head.text;
        for (const span of node.templateSpans) sentence += `{${values.add(span.expression)}}${span.literal.text}`;
        add(node, call("t", sentence, values), sentence);
        return;
      }
    }
    ts.forEachChild(node, visit);
  }

  /** Finds the sentences among the children of an element; returns the children that are no part of one. */
  function childUnits(element) {
    const rest = [];
    let run = [];
    const flush = () => {
      if (run.some((child) => ts.isJsxText(child) && hasLetters(cooked(child)) && !isSample(cooked(child)))) addRun(run);
      else rest.push(...run);
      run = [];
    };
    for (const child of element.children) {
      if (isPart(child)) run.push(child);
      else {
        flush();
        rest.push(child);
      }
    }
    flush();
    return rest;
  }

  function isPart(child) {
    if (ts.isJsxText(child)) return true;
    if (ts.isJsxExpression(child)) return child.expression !== undefined && !containsJsx(child.expression) && !isShown(child.expression);
    if (ts.isJsxSelfClosingElement(child)) return child.tagName.getText(source) !== "Icon" && /^[A-Z]/.test(child.tagName.getText(source));
    if (ts.isJsxElement(child)) return inline.has(child.openingElement.tagName.getText(source));
    return false;
  }

  /** A value that is shown only sometimes, such as `late && "late"`: a text of its own. */
  function isShown(expression) {
    return ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  }

  function addRun(run) {
    while (run.length && ts.isJsxText(run[0]) && !cooked(run[0]).trim()) run = run.slice(1);
    while (run.length && ts.isJsxText(run.at(-1)) && !cooked(run.at(-1)).trim()) run = run.slice(0, -1);
    const values = new Values();
    const sentence = sentenceOf(run, values);
    const [, before, text, after] = /^(\s*)([^]*?)(\s*)$/.exec(sentence);
    const space = (blank) => (blank ? '{" "}' : "");
    const only = { getStart: () => run[0].getFullStart(), getEnd: () => run.at(-1).getEnd() };
    add(only, `${space(before)}{${call(values.rich ? "rich" : "t", text, values)}}${space(after)}`, text);
  }

  function sentenceOf(children, values) {
    let sentence = "";
    for (const child of children) {
      if (ts.isJsxText(child)) sentence += cooked(child);
      else if (ts.isJsxExpression(child)) {
        if (!child.expression) continue;
        if (ts.isStringLiteral(child.expression)) sentence += child.expression.text;
        else sentence += `{${values.add(child.expression)}}`;
      } else if (ts.isJsxElement(child) && child.children.some((inside) => ts.isJsxText(inside) && hasLetters(cooked(inside)))) {
        const name = values.addTag(child);
        sentence += `<${name}>${sentenceOf(child.children, values)}</${name}>`;
      } else sentence += `{${values.addElement(child)}}`;
    }
    return sentence;
  }

  function isTextLiteral(node, text) {
    if (!hasLetters(text) || isSample(text) || isCode(node)) return false;
    return looksLikeText(text) || isJsxChild(node) || isTextTable(node) || isShownValue(node);
  }

  function isTextTemplate(node, statics) {
    if (isCode(node) || isSample(statics)) return false;
    const text = statics.replaceAll("¤", " ");
    if (/^\s*\//.test(statics) || /[?&=]¤|url|translate\(/.test(statics) || !hasLetters(text)) return false;
    return /\p{L}{2}.* |^ ?\p{L}{2,}.* ?¤| \p{L}{2,}/u.test(statics.replaceAll("¤", " ¤ ")) && / /.test(statics);
  }

  /** Whether the literal is code by its place: a key, a comparison, an argument of a function that shows nothing. */
  function isCode(node) {
    const parent = node.parent;
    if (ts.isPropertyAssignment(parent) && parent.name === node) return true;
    if (ts.isPropertyAssignment(parent) && ["class", "name", "kind", "path", "icon", "code", "method"].includes(parent.name.getText(source)))
      return parent.name.getText(source) !== "name" || !/^\p{Lu}/u.test(node.text ?? "");
    if (ts.isElementAccessExpression(parent) || ts.isCaseClause(parent) || ts.isLiteralTypeNode(parent) || ts.isEnumMember(parent)) return true;
    if (ts.isBinaryExpression(parent) && /^(===|!==|==|!=|in)$/.test(parent.operatorToken.getText(source))) return true;
    if ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.arguments?.includes(node)) {
      const callee = parent.expression;
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText(source);
      if (codeCalls.test(name)) return true;
    }
    for (let at = parent; at; at = at.parent) {
      if (ts.isJsxAttribute(at)) return codeAttributes.has(at.name.getText(source)) && !ts.isArrayLiteralExpression(parent);
      if (ts.isVariableDeclaration(at) && codeConstants.has(at.name.getText(source))) return true;
      if (ts.isFunctionLike(at) || ts.isJsxExpression(at)) return false;
    }
    return false;
  }

  /** Whether the literal is what an element shows: {busy ? "saving" : "save"}. */
  function isJsxChild(node) {
    let at = node;
    while (
      ts.isConditionalExpression(at.parent)
        ? at.parent.condition !== at
        : ts.isParenthesizedExpression(at.parent) || (ts.isBinaryExpression(at.parent) && at.parent.right === at)
    )
      at = at.parent;
    return ts.isJsxExpression(at.parent) && !ts.isJsxAttribute(at.parent.parent) && at !== node.parent?.condition;
  }

  /** Whether the literal is a value that is shown: d.customer ?? "nobody". */
  function isShownValue(node) {
    const type = checker.getContextualType(node);
    return type !== undefined && /ComponentChild/.test(checker.typeToString(type)) && !ts.isArrayLiteralExpression(node.parent);
  }

  /** Whether the literal is in a table of texts: const words: Record<string, string> = { user: "person" }. */
  function isTextTable(node) {
    if (!ts.isPropertyAssignment(node.parent) || node.parent.initializer !== node) return false;
    const declaration = node.parent.parent.parent;
    return ts.isVariableDeclaration(declaration) && /^Record<.*, string>$/.test(declaration.type?.getText(source) ?? "");
  }

  function add(node, replacement, sentence) {
    found.push({ start: node.getStart(source), end: node.getEnd(), replacement, sentence });
  }

  function call(name, sentence, values) {
    const text = JSON.stringify(sentence);
    return values?.size ? `${name}(${text}, ${values.text()})` : `t(${text})`;
  }

  function containsJsx(node) {
    if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) return true;
    return ts.forEachChild(node, (child) => containsJsx(child) || undefined) === true;
  }

  function Values() {
    const values = new Map();
    this.rich = false;
    const put = (name, text) => {
      for (const [other, kept] of values) if (kept === text) return other;
      let unique = name;
      for (let n = 2; values.has(unique); n++) unique = `${name}${n}`;
      values.set(unique, text);
      return unique;
    };
    this.add = (expression) => {
      if (!isString(expression)) this.rich = true;
      return put(nameOf(expression), textOf(expression));
    };
    this.addElement = (element) => {
      this.rich = true;
      return put(nameOfElement(element), textOf(element));
    };
    this.addTag = (element) => {
      this.rich = true;
      const tag = element.openingElement.tagName.getText(source);
      return put(tag, `(text) => ${textOf(element.openingElement)}{text}</${tag}>`);
    };
    this.text = () => `{ ${[...values].map(([name, text]) => (name === text ? name : `${name}: ${text}`)).join(", ")} }`;
    Object.defineProperty(this, "size", { get: () => values.size });
  }

  function textOf(node) {
    const from = node.getStart(source);
    const inner = collect(node);
    return apply(source.text.slice(from, node.getEnd()), inner, from);
  }

  function collect(node) {
    const before = found.splice(0);
    visit(node);
    const inner = found.splice(0);
    found.push(...before);
    return inner;
  }

  function isString(expression) {
    const type = checker.getTypeAtLocation(expression);
    const each = type.isUnion() ? type.types : [type];
    return each.every((one) => one.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike));
  }

  function nameOf(node) {
    if (ts.isIdentifier(node)) return node.text;
    if (ts.isPropertyAccessExpression(node)) return node.name.text === "length" ? nameOf(node.expression) : node.name.text;
    if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node) || ts.isElementAccessExpression(node)) return nameOf(node.expression);
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(source);
      if (callee === "plural")
        return node.arguments.length > 2 ? (node.arguments[2].text?.split(" ")[0] ?? "count") : `${(node.arguments[1]?.text ?? "count").replace(/\W.*/, "")}s`;
      if (node.arguments.length > 0) return nameOf(node.arguments[0]);
      return nameOf(node.expression);
    }
    if (ts.isBinaryExpression(node)) return nameOf(node.left);
    if (ts.isConditionalExpression(node)) return nameOf(node.condition);
    if (ts.isTemplateExpression(node)) return "text";
    return "value";
  }

  function nameOfElement(element) {
    const opening = ts.isJsxElement(element) ? element.openingElement : element;
    const attribute = opening.attributes.properties.find(
      (one) => ts.isJsxAttribute(one) && ["value", "display", "of", "at"].includes(one.name.getText(source)),
    );
    if (attribute?.initializer?.expression) return nameOf(attribute.initializer.expression);
    if (ts.isJsxElement(element)) {
      const inside = element.children.find((child) => ts.isJsxExpression(child) && child.expression);
      if (inside) return nameOf(inside.expression);
      const nested = element.children.find((child) => ts.isJsxElement(child) || ts.isJsxSelfClosingElement(child));
      if (nested) return nameOfElement(nested);
    }
    return opening.tagName.getText(source).toLowerCase();
  }
}

/** The text of JSX as it is shown: lines without their indentation, joined by blanks. */
function cooked(node) {
  const lines = node.text.split(/\r?\n/);
  return lines
    .map((line, i) => {
      let text = line;
      if (i > 0) text = text.replace(/^[ \t]+/, "");
      if (i < lines.length - 1) text = text.replace(/[ \t]+$/, "");
      return text;
    })
    .filter((line) => line !== "" || lines.length === 1)
    .join(" ")
    .replace(/&nbsp;/g, "\u00a0")
    .replace(/&amp;/g, "&");
}

const cookedAttribute = (literal) => literal.text;

/** A source with its texts replaced. */
export function apply(text, found, offset = 0) {
  let out = text;
  for (const { start, end, replacement } of [...found].sort((a, b) => b.start - a.start))
    out = out.slice(0, start - offset) + replacement + out.slice(end - offset);
  return out;
}

/** The keys that a source asks for: sentences, and the first forms of counts. */
export function findKeys(source) {
  const keys = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && functions.includes(node.expression.text)) {
      const name = node.expression.text;
      const literals = name === "plural" ? node.arguments.slice(1) : node.arguments.slice(0, 1);
      if (!literals.every(isLiteral)) keys.push({ wrong: node, start: node.getStart(source) });
      else if (name === "plural")
        keys.push({
          key: literals[0].text.includes("#") ? literals[0].text : `# ${literals[0].text}`,
          many: literals[1]?.text,
          counts: true,
          start: node.getStart(source),
        });
      else keys.push({ key: literals[0].text, start: node.getStart(source) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return keys;
}

const isLiteral = (node) => node && (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node));
