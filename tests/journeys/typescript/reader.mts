// What the developer of a site or an app writes over types made of `/openapi.json`: a list, an item, a search.
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

declare const process: { argv: string[] };

type Schemas = components["schemas"];

const hanmi = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

// `locale` tells a card in one language from one in both, also to the compiler.
function titleOf(card: Schemas["Card"] | Schemas["BilingualCard"]): string {
  return card.locale === "all" ? `${card.title.ko ?? "…"} / ${card.title.en ?? "…"}` : card.title;
}

async function list(locale: "en" | "all"): Promise<string[]> {
  const { data, error } = await hanmi.GET("/v1/{kind}", {
    params: { path: { kind: "news" }, query: { locale, limit: 10 } },
  });
  if (error) throw new Error(`${error.status} ${error.detail}`);
  return data.items.map(titleOf);
}

async function item(slug: string): Promise<{ body: string; origin: string; ko: string | undefined }> {
  const { data, error } = await hanmi.GET("/v1/{kind}/{slug}", {
    params: { path: { kind: "news", slug }, query: { locale: "en" } },
  });
  if (error) throw new Error(`${error.status} ${error.detail}`);
  if (data.locale === "all") throw new Error("asked for one language");
  return { body: data.body_html, origin: data.translation.origin, ko: data.alternates["ko"] };
}

async function search(q: string): Promise<{ total: number; marked: string[]; news: number | undefined }> {
  const { data, error } = await hanmi.GET("/v1/search", { params: { query: { q, locale: "ko" } } });
  if (error) throw new Error(`${error.status} ${error.detail}`);
  const news = data.facets.kinds.find((each) => each.kind === "news")?.count;
  return { total: data.total, marked: data.items.map((hit) => hit.highlights.title), news };
}

async function unknown(): Promise<string[]> {
  const { error } = await hanmi.GET("/v1/{kind}/{slug}", { params: { path: { kind: "news", slug: "nothing" } } });
  if (!error) throw new Error("there is such an item");
  return (error.errors ?? []).map((each) => each.message);
}

async function feed(): Promise<{ tags: number; summary: string | undefined }> {
  const { data, error } = await hanmi.GET("/feeds/{locale}/{name}", {
    params: { path: { locale: "ko", name: "news.json" } },
  });
  if (error || typeof data === "string") throw new Error("asked for JSON");
  const last = data.items.at(-1);
  return { tags: last?.tags?.length ?? 0, summary: last?.summary };
}

async function refused(): Promise<{ status: number; parameter: string | undefined }> {
  const { error } = await hanmi.GET("/v1/{kind}", {
    // @ts-expect-error: a page holds a number of cards, not a word
    params: { path: { kind: "news" }, query: { limit: "many" } },
  });
  if (!error) throw new Error("it was not refused");
  return { status: error.status, parameter: error.errors?.[0]?.parameter };
}

// What an editor's tool has to send, and no more.
export const entry: Schemas["NewEntry"] = {
  kind: "news",
  source_locale: "ko",
  texts: { ko: { title: "제목", body: "본문" } },
};

// What the compiler has to refuse; nothing of it runs.
export function wrong(card: Schemas["Card"], change: Schemas["Change"], problem: Schemas["ProblemDocument"]): void {
  // @ts-expect-error: most problems point at nothing
  problem.errors.map((each) => each.message);
  // @ts-expect-error: there is no such kind
  void hanmi.GET("/v1/{kind}", { params: { path: { kind: "people" } } });
  // @ts-expect-error: a search needs its words
  void hanmi.GET("/v1/search", { params: { query: {} } });
  // @ts-expect-error: a card has no body
  void card.body;
  // @ts-expect-error: there is no such change
  if (change.op === "remove") return;
  // @ts-expect-error: an item may lack a date
  card.date.length;
}

console.log(
  JSON.stringify({
    english: await list("en"),
    both: await list("all"),
    item: await item("thanks"),
    search: await search("감사"),
    unknown: await unknown(),
    feed: await feed(),
    refused: await refused(),
  }),
);
