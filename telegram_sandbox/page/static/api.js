/** The control interface, as the page uses it. */

export class Refused extends Error {}

async function call(verb, path, body) {
  const response = await fetch(`/sandbox/${path}`, {
    method: verb,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const result = await response.json();
  if (!response.ok) throw new Refused(result.field ? `${result.field} ${result.error}` : result.error);
  return result;
}

const place = ({ userId, chatId, topicId }) => ({ user_id: userId, chat_id: chatId, message_thread_id: topicId ?? null });

export const world = () => call("GET", "world");
export const messages = (chatId) => call("GET", `chats/${chatId}/messages`);
export const calls = (since) => call("GET", `calls?since=${since}`);
export const commands = (userId, chatId) => call("GET", `commands?user_id=${userId}&chat_id=${chatId}`);
export const addUser = (user) => call("POST", "users", user);
export const addGroup = (group) => call("POST", "chats", group);
export const send = (view, text, replyTo = null) => call("POST", "messages", { ...place(view), text, reply_to_message_id: replyTo });
export const shareContact = (view) => call("POST", "contacts", place(view));
export const shareLocation = (view) => call("POST", "locations", place(view));
export const topics = (chatId) => call("GET", `chats/${chatId}/topics`);
export const setTopic = ({ userId, chatId }, change) => call("POST", "topics", { user_id: userId, chat_id: chatId, ...change });
export const setMember = (change) => call("POST", "members", change);
export const addFault = (fault) => call("POST", "faults", fault);
export const faults = () => call("GET", "faults");
export const clearFaults = () => call("DELETE", "faults");

export const tap = (userId, chatId, messageId, data) =>
  call("POST", "taps", {
    user_id: userId, chat_id: chatId, message_id: messageId, callback_data: data, wait: 15,
  });

/** Server-sent events; `hello` comes with each new connection and asks for a fresh look at everything. */
export function listen(handlers, onLost) {
  const source = new EventSource("/sandbox/events");
  for (const [name, handler] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handler(JSON.parse(event.data)));
  }
  source.onerror = onLost;
}
