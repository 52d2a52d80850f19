namespace OrleansTasks.Ui;

/// <content>Carries out actions on several tasks at once.</content>
public sealed partial class TaskList
{
    private const int AtOnce = 8;

    private List<string> Chosen => [.. _selected.Order(StringComparer.Ordinal)];

    private void Select(string name, bool selected) => _ = selected ? _selected.Add(name) : _selected.Remove(name);

    private void SelectAll(bool selected)
    {
        foreach (var task in _page.Value ?? [])
        {
            Select(task.Name, selected);
        }
    }

    private async Task PauseSelectedAsync()
    {
        var names = Chosen;
        if (await PauseDialog.AskAsync(Dialogs, names) is { } choice)
        {
            await EachAsync(names, "paused", name => Actions.PauseAsync(name, choice.Note, choice.Until, choice.Occurrences));
        }
    }

    private async Task ResumeSelectedAsync()
    {
        var names = Chosen;
        var text =
            $"{Words.Count(names.Count, "task")} will fire again by schedule, from the next occurrence on. Those that are not paused "
                + "stay as they are.";
        if (await Confirm.AskAsync(Dialogs, $"Resume {Words.Count(names.Count, "task")}", text, "Resume", danger: false, names))
        {
            await EachAsync(names, "resumed", Actions.ResumeAsync);
        }
    }

    private async Task TriggerSelectedAsync()
    {
        var names = Chosen;
        if (await Confirm.AskAsync(Dialogs, $"Trigger {Words.Count(names.Count, "task")}",
            $"{Words.Count(names.Count, "task")} will run now, once each, with their own arguments.", "Trigger", danger: false, names))
        {
            await EachAsync(names, "triggered", Actions.TriggerAsync);
        }
    }

    private async Task CancelSelectedAsync()
    {
        var names = Chosen;
        var text = $"{Words.Count(names.Count, "task")} will not run any more, and active runs are cancelled. They stay listed as "
            + "cancelled for a while; registering one again revives it.";
        if (await Confirm.AskAsync(Dialogs, $"Cancel {Words.Count(names.Count, "task")}", text, "Cancel them", danger: true, names))
        {
            await EachAsync(names, "cancelled", Actions.CancelTaskAsync);
        }
    }

    private async Task EachAsync<T>(IReadOnlyList<string> names, string done, Func<string, Task<T>> act)
    {
        var (count, problems) = (0, new List<(string Name, Problem Problem)>());
        foreach (var chunk in names.Chunk(AtOnce))
        {
            var ended = await Task.WhenAll(chunk.Select(async name =>
            {
                try
                {
                    await act(name);
                    return (name, null);
                }
                catch (Exception e)
                {
                    // One failure does not stop the actions on other tasks. The page reports the number of failures and the first one.
                    return (Name: name, Problem: (Problem?)Problem.Of(e));
                }
            }));
            count += ended.Count(e => e.Item2 is null);
            problems.AddRange(ended.Where(e => e.Item2 is not null).Select(e => (e.Item1, e.Item2!)));
        }

        if (count > 0)
        {
            Notices.Done($"{Words.Count(count, "task")} {done}.");
        }

        if (problems.Count > 0)
        {
            Notices.Failed(
                problems[0].Problem with
                {
                    Title = $"{Words.Count(problems.Count, "task")} could not be {done}, such as {problems[0].Name}"
                });
        }

        _selected.ExceptWith(names.Except(problems.Select(p => p.Name)));
        await ReadAsync(isNew: true);
    }
}
