using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Tells the person what became of an action.</summary>
internal sealed class Notices(ISnackbar snackbar)
{
    public void Done(string message) => snackbar.Add(message, Severity.Success);

    public void Failed(Problem problem) => snackbar.Add($"{problem.Title}. {problem.Detail} {problem.Advice}".Trim(), Severity.Error, o => o.VisibleStateDuration = 12_000);

    /// <summary>Carries out an action, and tells what became of it.</summary>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> TellAsync(Func<Task> act, string done)
    {
        try
        {
            await act().ConfigureAwait(true);
            Done(done);
            return true;
        }
        catch (Exception e)
        {
            // Whatever went wrong is for the person who asked for it, and never ends the page.
            Failed(Problem.Of(e));
            return false;
        }
    }
}
