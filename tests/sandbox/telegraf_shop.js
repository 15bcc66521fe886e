// The same shop on Telegraf: `node telegraf_shop.js http://127.0.0.1:8081 TOKEN polling`, or `webhook`.
// It ends when whoever started it closes its input.
"use strict";

const http = require("node:http");
const { Markup, Telegraf } = require("telegraf");

const [url, token, way] = process.argv.slice(2);
const SECRET = "telegraf-s3cret";
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
  "base64",
);

const bot = new Telegraf(token, { telegram: { apiRoot: url } });

const shelf = (sold) =>
  Markup.inlineKeyboard([
    [Markup.button.callback("🧪 Buy", "buy")],
    [Markup.button.url("Map", "https://example.org/map"), Markup.button.callback("Cellar", "cellar", true)],
    [Markup.button.callback(`Sold ${sold}`, "sold")],
  ]);

bot.start((ctx) => ctx.replyWithHTML(`<b>Welcome</b>, ${ctx.from.first_name}!`, shelf(0)));
bot.command("picture", (ctx) =>
  ctx.replyWithPhoto({ source: PIXEL }, { caption: "*Our* potion", parse_mode: "MarkdownV2", ...shelf(3) }),
);
bot.command("ask", (ctx) => ctx.reply("Elf or orc?", Markup.keyboard([["Elf", "Orc"]]).oneTime().resize()));
bot.hears(["Elf", "Orc"], (ctx) => ctx.reply(`So you are: ${ctx.message.text}`, Markup.removeKeyboard()));
bot.action("buy", async (ctx) => {
  await ctx.answerCbQuery("One potion, here you are");
  await ctx.editMessageText("<i>Potions sold:</i> 1", { parse_mode: "HTML", ...shelf(1) });
});
bot.action("sold", (ctx) => ctx.answerCbQuery("Please come again!", { show_alert: true }));

async function serve() {
  const server = http.createServer(bot.webhookCallback("/hook", { secretToken: SECRET }));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  await bot.telegram.setWebhook(`http://127.0.0.1:${server.address().port}/hook`, { secret_token: SECRET });
}

process.stdin.on("end", () => process.exit()).resume();
const running = way === "webhook" ? serve() : bot.launch();
running.catch((error) => {
  console.error(error);
  process.exit(1);
});
