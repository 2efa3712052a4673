"use strict";
(async () => {
  const spec = await (await fetch("/openapi.json")).json();
  const main = document.getElementById("docs");
  const add = (tag, text, into = main) => { const node = document.createElement(tag); node.textContent = text; into.append(node); return node; };
  main.textContent = "";
  add("p", spec.info.description);
  for (const [path, methods] of Object.entries(spec.paths))
    for (const [method, about] of Object.entries(methods)) {
      add("h2", `${method.toUpperCase()} ${path}　${about.summary}`);
      for (const [type, body] of Object.entries(about.requestBody?.content ?? {}))
        add("pre", `${type}\n${JSON.stringify(body.schema, null, 2)}`);
      const list = add("ul", "");
      for (const [code, answer] of Object.entries(about.responses)) add("li", `${code}　${answer.description}`, list);
    }
  add("h2", "資料形狀");
  add("pre", JSON.stringify(spec.components.schemas, null, 2));
})();
