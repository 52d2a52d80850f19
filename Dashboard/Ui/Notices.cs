using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Tells the user the outcome of an action.</summary>
internal sealed class Notices(ISnackbar snackbar)
{
    public void Done(string message) => snackbar.Add(message, Severity.Success);

    public void Failed(Problem problem) =>
        snackbar.Add($"{problem.Title}. {problem.Detail} {problem.Advice}".Trim(), Severity.Error, o => o.VisibleStateDuration = 12_000);

    /// <summary>Carries out an action, and tells the user the outcome.</summary>
    /// <returns>Whether the action succeeded.</returns>
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
            // Any error is reported to the user who requested the action. It never ends the page.
            Failed(Problem.Of(e));
            return false;
        }
    }
}
