/* Rules for the markup checker (html-validate); tests/markup.mjs runs it over rendered pages. */
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }],
    /* <button> in a form sends it: that is what is meant wherever no type is given. */
    "no-implicit-button-type": "off",
    /* An input without a type is a line of text. */
    "no-implicit-input-type": "off",
    /* Lists in menus are named by what they choose. */
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    /* The id of a control is the name of its field: "lines.0.price". */
    "valid-id": ["error", { relaxed: true }],
    /* Check boxes of one question, and its kept and its new files, share a name. */
    "form-dup-name": "off",
    "no-trailing-whitespace": "off",
  },
};
