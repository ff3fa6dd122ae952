// Replays a WACZ in ReplayWeb.page in Chromium, served from loopback.
//
//   node replay.mjs INSTALLED WACZ SCREENSHOT < question.json > answer.json
//
// question: {"captures": [{"url", "timestamp"}], "story": {"url", "timestamp"}}
// answer: {"captures": [{"status", "sha256", "size", "encoding"}], "headings": [...]}: what its
// service worker gave for each capture, unrewritten, and the headings that the story shows.
import { createReadStream, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

const [installed, wacz, screenshot] = process.argv.slice(2);
const { chromium } = createRequire(resolve(installed, "package.json"))("playwright-core");
const player = join(installed, "node_modules", "replaywebpage");
const question = JSON.parse(await text(process.stdin));

const embed = ({ url, timestamp }) => `<!doctype html><meta charset="utf-8">
<script src="/ui.js"></script>
<replay-web-page source="/archive.wacz" replaybase="/replay/" coll="story" embed="full"
  url="${url.replaceAll("&", "&amp;")}" ts="${timestamp}" style="height: 900px"></replay-web-page>`;

const FILES = {
  "/ui.js": ["text/javascript", join(player, "ui.js")],
  "/replay/sw.js": ["text/javascript", join(player, "sw.js")],
};

// A player reads the package by ranges, as from any web server.
function sendPackage(request, response) {
  const size = statSync(wacz).size;
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  const common = { "Accept-Ranges": "bytes", "Content-Type": "application/wacz" };
  if (!range) {
    response.writeHead(200, { ...common, "Content-Length": size });
    return request.method === "HEAD" ? response.end() : createReadStream(wacz).pipe(response);
  }
  const start = range[1] ? Number(range[1]) : size - Number(range[2]);
  const end = range[1] && range[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
  const place = { "Content-Range": `bytes ${start}-${end}/${size}`, "Content-Length": end - start + 1 };
  response.writeHead(206, { ...common, ...place });
  return createReadStream(wacz, { start, end }).pipe(response);
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/archive.wacz") return sendPackage(request, response);
  if (pathname in FILES) {
    const [type, path] = FILES[pathname];
    response.writeHead(200, { "Content-Type": type });
    return response.end(await readFile(path));
  }
  const pages = { "/": embed(question.story), "/replay/": "<!doctype html><title>Captures</title>" };
  response.writeHead(pathname in pages ? 200 : 404, { "Content-Type": "text/html" });
  return response.end(pages[pathname] ?? "");
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  process.stdout.write(JSON.stringify({
    captures: await captures(await browser.newContext()),
    headings: await headings(await browser.newContext({ viewport: { width: 1200, height: 900 } })),
  }));
} finally {
  await browser.close();
  server.close();
}

// Runs in the page: loads the package into the service worker and asks it for every capture.
async function captures(context) {
  const page = await context.newPage();
  await page.goto(`${base}/replay/`);
  return page.evaluate(async ({ wanted, source }) => {
    await navigator.serviceWorker.register("sw.js", { scope: "./" });
    await navigator.serviceWorker.ready;
    const worker = navigator.serviceWorker.controller ?? await new Promise((done) => {
      navigator.serviceWorker.oncontrollerchange = () => done(navigator.serviceWorker.controller);
    });
    await new Promise((done, fail) => {
      navigator.serviceWorker.onmessage = ({ data }) => {
        if (data.msg_type === "collAdded") done();
        if (data.error) fail(new Error(data.error));
      };
      worker.postMessage({ msg_type: "addColl", name: "all", file: { sourceUrl: source } });
    });
    // It sends whoever asks on to the package that has the capture: there is but one.
    const first = await fetch(`w/all/${wanted[0].timestamp}id_/${wanted[0].url}`);
    const inPackage = first.url.slice(0, first.url.indexOf(wanted[0].timestamp));
    const answers = [];
    for (const { url, timestamp } of wanted) {
      const answer = await fetch(`${inPackage}${timestamp}id_/${url}`, { redirect: "manual" });
      const body = await answer.arrayBuffer();
      const digest = await crypto.subtle.digest("SHA-256", body);
      const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
      answers.push({ status: answer.status, type: answer.type, sha256: hex.join(""),
        size: body.byteLength, encoding: answer.headers.get("content-encoding") });
    }
    return answers;
  }, { wanted: question.captures, source: `${base}/archive.wacz` });
}

// Opens the story as a reader does, and gives what its headings say once it is there.
async function headings(context) {
  const page = await context.newPage();
  await page.goto(`${base}/`);
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      if (!frame.url().includes("mp_/")) continue;
      const found = await frame.locator("h1").allInnerTexts().catch(() => []);
      if (found.length) {
        await page.screenshot({ path: screenshot });
        return found;
      }
    }
    await page.waitForTimeout(250);
  }
  await page.screenshot({ path: screenshot });
  return [];
}
