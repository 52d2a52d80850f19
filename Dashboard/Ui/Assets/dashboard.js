// Does what only the browser can do: reports its time zone and color scheme, keeps the connection, and handles keyboard shortcuts.
(() => {
  const store = localStorage;
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const banner = document.getElementById('connection');
  let server;

  const facts = () => {
    const theme = store.getItem('tasks.theme') ?? 'system';
    const dark = theme === 'dark' || (theme === 'system' && scheme.matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    return { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, utc: store.getItem('tasks.utc') === 'true', theme, dark };
  };

  const say = (text, kind) => {
    banner.textContent = text;
    banner.dataset.kind = kind;
    banner.hidden = !text;
  };

  const sayFor = (text, kind, milliseconds) => {
    say(text, kind);
    setTimeout(() => { if (banner.textContent === text) { say('', kind); } }, milliseconds);
  };

  window.tasksDashboard = {
    facts,
    begin: reference => {
      server = reference;
      document.getElementById('starting')?.remove();
      if (sessionStorage.getItem('tasks.restarted')) {
        sessionStorage.removeItem('tasks.restarted');
        sayFor('Connected again: the server had restarted.', 'good', 8000);
      }

      return facts();
    },
    focusHeading: () => {
      if (!document.activeElement?.closest('main :is(input, textarea, select), [role=dialog]')) {
        document.querySelector('h1')?.focus();
      }
    },
    choose: (key, value) => { store.setItem('tasks.' + key, value); return facts(); },
  };

  scheme.addEventListener('change', () => server?.invokeMethodAsync('Recolour'));

  document.addEventListener('keydown', e => {
    const typing = e.target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog]');
    if (typing || e.ctrlKey || e.metaKey || e.altKey) {
      return;
    }

    const target = document.querySelector(`[data-key="${CSS.escape(e.key)}"]`);
    if (target) {
      e.preventDefault();
      target.matches('input') ? target.focus() : target.click();
    }
  });

  // Retries without a limit. A restarted server no longer knows this page, so the page is then reloaded.
  let trying = false;
  const reconnect = async () => {
    for (let attempt = 1; trying; attempt++) {
      say(`The connection to the server is lost. Connecting again… (${attempt})`, 'bad');
      try {
        if (await Blazor.reconnect()) {
          return;
        }

        sessionStorage.setItem('tasks.restarted', '1');
        location.reload();
        return;
      } catch {
        await new Promise(done => setTimeout(done, Math.min(500 * attempt, 4000)));
      }
    }
  };

  Blazor.start({
    circuit: {
      reconnectionHandler: {
        onConnectionDown: () => {
          if (!trying) {
            trying = true;
            reconnect();
          }
        },
        onConnectionUp: () => {
          trying = false;
          sayFor('Connected again.', 'good', 5000);
        },
      },
    },
  }).catch(e => {
    const starting = document.getElementById('starting');
    if (starting) {
      starting.textContent = `The page could not connect: ${e.message ?? e}. A proxy in front must pass WebSockets on.`;
    }
  });
})();
