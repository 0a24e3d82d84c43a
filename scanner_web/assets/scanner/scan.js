// The scanner page: one state at a time, said in words; nothing is loaded or filmed before somebody asks for it.

const EVERY = 130;
const PHOTO_SIDES = [1200, 2600];

const page = document.getElementById('scan');
const { decoder, wasm, wechat, hosts, keep } = page.dataset;
const words = JSON.parse(document.getElementById('scan-words').textContent);
const find = (name) => page.querySelector(`[data-part=${name}]`);
const cam = find('cam'), video = find('video'), frame = find('frame'), tip = find('tip'), note = find('note');
const start = find('start'), stop = find('stop'), torch = find('torch'), flip = find('flip');
const photo = find('photo'), send = find('send');
const canvas = document.createElement('canvas');
const ours = [location.host, ...hosts.split(' ')];
let decode = null, round = 0, facing = 'environment', seen = '';

setUp();

async function setUp() {
  const able = await canDecode(decoder);
  const films = Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  start.addEventListener('click', () => (wechat ? byWeChat() : film()));
  stop.addEventListener('click', () => still('idle'));
  torch.addEventListener('click', light);
  flip.addEventListener('click', turn);
  addEventListener('pagehide', () => still('idle'));
  document.addEventListener('visibilitychange', () => document.hidden && running() && still('idle'));
  if (able) photo.addEventListener('change', ownPhoto);
  send.hidden = able;
  if (wechat || (able && films)) return still('idle', true);
  return tell(able ? (isSecureContext ? 'absent' : 'insecure') : 'no-decoder');
}

const running = () => cam.dataset.state === 'live' || cam.dataset.state === 'starting';

/** Show a state of the camera's picture; `idle` and the failures also release the camera. */
function show(state) {
  cam.hidden = false;
  cam.dataset.state = state;
  const on = state === 'live' || state === 'starting';
  start.hidden = on || state === 'found';
  stop.hidden = !on;
  if (state !== 'live') torch.hidden = flip.hidden = true;
  tip.textContent = words[state] || '';
}

function still(state, unseen) {
  round += 1;
  closed(video);
  show(state);
  if (!unseen) start.focus();
}

/** A note under the picture, with a heading, sentences, and elements after them. */
function tell(name, ...parts) {
  const { title, text, tone = 'warn' } = words.notes[name];
  const icon = note.querySelector('svg').cloneNode(true);
  const body = document.createElement('div');
  const heading = Object.assign(document.createElement('h2'), { textContent: title });
  const lead = Object.assign(document.createElement('p'), { textContent: text });
  body.append(heading, lead, ...parts);
  note.replaceChildren(icon, body);
  note.className = `note ${tone}`;
  note.dataset.note = name;
  note.hidden = false;
}

function quiet() {
  note.hidden = true;
  note.dataset.note = seen = '';
}

async function film(device = '') {
  const mine = (round += 1);
  quiet();
  closed(video);
  show('starting');
  stop.focus();
  const asked = opened(facing, device);
  try {
    const [stream, ready] = await Promise.all([asked, prepared()]);
    if (mine !== round) return ended(stream);
    decode = ready;
    video.srcObject = stream;
    await video.play();
    await equip(stream.getVideoTracks()[0]);
  } catch (failure) {
    asked.then(ended, () => {}); // it may come when nobody waits for it any more
    if (mine !== round) return;
    still('idle');
    tell(failure.kind || reasonOf(failure));
    return;
  }
  show('live');
  frames(mine);
}

/** The decoder, fetched once; a failure says whether the network is to blame. */
async function prepared() {
  try {
    return decode || (await decoderFor(decoder, wasm));
  } catch {
    throw Object.assign(new Error('decoder'), { kind: navigator.onLine ? 'failed' : 'offline' });
  }
}

/** Buttons for what this camera can do. */
async function equip(track) {
  const can = track.getCapabilities ? track.getCapabilities() : {};
  cam.dataset.mirror = String(track.getSettings().facingMode === 'user');
  torch.dataset.can = String(Boolean(can.torch));
  torch.setAttribute('aria-pressed', 'false');
  flip.dataset.can = String((await cameraCount()) > 1);
}

async function frames(mine) {
  torch.hidden = torch.dataset.can !== 'true';
  flip.hidden = flip.dataset.can !== 'true';
  while (mine === round) {
    const next = new Promise((resolve) => setTimeout(resolve, EVERY));
    try {
      if (draw(canvas, video, frame)) take(await decode(canvas), mine);
    } catch {
      if (mine === round) {
        still('idle');
        tell('failed');
      }
    }
    await next;
  }
}

/** The first text that is ours is opened; another is shown once and the camera goes on. */
function take(texts, mine) {
  if (mine !== round || !texts.length) return false;
  const all = texts.map((text) => reading(text, ours));
  const own = all.find(({ go }) => go);
  if (own) go(own.go);
  else if (all[0].shown !== seen) foreign(all[0]);
  return true;
}

function go(path) {
  const to = keep ? `${path}${path.includes('?') ? '&' : '?'}${keep}` : path;
  if (!navigator.onLine) {
    still('idle');
    tell('offline', link(to, words.open));
    return;
  }
  still('found', true);
  if (navigator.vibrate) navigator.vibrate(40);
  location.assign(to);
}

function foreign({ shown, ask }) {
  seen = shown;
  const text = Object.assign(document.createElement('code'), { textContent: shown.slice(0, 600) });
  const box = document.createElement('p');
  box.className = 'cmd';
  box.append(text);
  tell('foreign', box, ...(ask ? [link(keep ? `${ask}&${keep}` : ask, words.ask)] : []));
}

function link(href, text) {
  const made = Object.assign(document.createElement('a'), { href, textContent: text, className: 'btn alt' });
  made.rel = 'nofollow';
  return made;
}

async function light() {
  const on = torch.getAttribute('aria-pressed') !== 'true';
  try {
    await video.srcObject.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
    torch.setAttribute('aria-pressed', String(on));
  } catch {
    torch.hidden = true;
  }
}

/** To the next camera: telephones have several at the back, of which not each can focus on what is near. */
async function turn() {
  const track = video.srcObject.getVideoTracks()[0];
  facing = track.getSettings().facingMode === 'user' ? 'environment' : 'user';
  await film(await nextDevice(track));
}

async function ownPhoto() {
  const [file] = photo.files;
  if (!file) return;
  still('idle', true);
  quiet();
  tell('reading');
  try {
    const bitmap = await createImageBitmap(file);
    decode = await prepared();
    for (const side of PHOTO_SIDES) {
      const more = drawPicture(canvas, bitmap, side);
      if (take(await decode(canvas), round)) return;
      if (!more) break;
    }
    tell('no-code');
  } catch (failure) {
    tell(failure.kind || 'unreadable');
  } finally {
    photo.value = '';
  }
}

/** WeChat's own scanner, where the operator has set it up (its script defines `wx` and calls `wx.config`). */
async function byWeChat() {
  quiet();
  show('starting');
  try {
    await import(wechat);
    await new Promise((resolve, reject) => {
      wx.ready(resolve);
      wx.error(reject);
    });
    wx.scanQRCode({
      needResult: 1,
      scanType: ['qrCode'],
      success: ({ resultStr }) => {
        still('idle', true);
        take([resultStr], round);
      },
      cancel: () => still('idle'),
      fail: () => film(),
    });
  } catch {
    film();
  }
}
