// Applies the chosen theme, or the system's, before the first paint.
(() => {
  const chosen = localStorage.getItem('tasks.theme') ?? 'system';
  const dark = chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
