// Before anything is painted: the colours that the person chose, or those of the system.
(() => {
  const chosen = localStorage.getItem('tasks.theme') ?? 'system';
  const dark = chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
