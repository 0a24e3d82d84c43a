// Passkeys: shows the form where the browser has them, asks for one, and sends its answer as a form.
const bytes = text => Uint8Array.from(
  atob(text.replace(/-/g, '+').replace(/_/g, '/')), one => one.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

// What a browser answers, as JSON with base64url (WebAuthn level 3, toJSON, which older ones lack).
function told(answer) {
  const names = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  const response = {};
  for (const name of names) if (answer.response[name]) response[name] = text(answer.response[name]);
  return JSON.stringify({ id: answer.id, rawId: text(answer.rawId), type: answer.type, response });
}

async function asked(kind, options) {
  options.challenge = bytes(options.challenge);
  const listed = options.excludeCredentials || options.allowCredentials || [];
  for (const one of listed) one.id = bytes(one.id);
  if (options.user) options.user.id = bytes(options.user.id);
  const way = kind === 'make' ? 'create' : 'get';
  return navigator.credentials[way]({ publicKey: options });
}

for (const form of document.querySelectorAll('[data-passkey]')) {
  if (!window.PublicKeyCredential || !navigator.credentials) continue;
  form.hidden = false;
  for (const note of document.querySelectorAll('[data-passkey-none]')) note.hidden = true;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const failed = form.querySelector('.err');
    failed.hidden = true;
    try {
      const answer = await asked(form.dataset.passkey, JSON.parse(form.dataset.options));
      form.elements.passkey.value = told(answer);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
