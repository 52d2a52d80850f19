using System.Collections.Concurrent;

namespace OrleansTasks.Testing.Client;

/// <summary>Keeps the programmed answers of a fake client, by the names of tasks.</summary>
/// <param name="time">The time.</param>
internal sealed class FakeAnswers(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Func<TaskArguments, CancellationToken, Task<object?>>> _answers =
        new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Exception> _refusals = new(StringComparer.Ordinal);

    public void Set(string task, Func<TaskArguments, CancellationToken, Task<object?>> answer) => _answers[TaskNames.Check(task)] = answer;

    /// <summary>Makes every run of a task fail, as if its handler had thrown.</summary>
    public void SetFailure(string task, Exception exception) => Set(task, (_, _) =>
    {
        var now = time.GetUtcNow();
        return Task.FromResult<object?>(FakeResults.Failed(default, exception, RunTrigger.Request, now, now));
    });

    /// <summary>Makes every call that names a task throw.</summary>
    public void Refuse(string task, Exception exception) => _refusals[TaskNames.Check(task)] = exception;

    /// <summary>Checks a task's name, and throws the exception that every call that names the task must throw, if there is one.</summary>
    public void Check(string task)
    {
        TaskNames.Check(task);
        if (_refusals.TryGetValue(task, out var refusal))
        {
            throw refusal;
        }
    }

    /// <summary>Creates the result of a run.</summary>
    /// <exception cref="FakeTaskNotProgrammedException">There is no answer for the task.</exception>
    public async Task<TaskResult> AnswerAsync(RunId run, TaskArguments arguments, RunTrigger trigger, CancellationToken ct)
    {
        if (!_answers.TryGetValue(run.Task, out var answer))
        {
            throw new FakeTaskNotProgrammedException(run.Task);
        }

        ct.ThrowIfCancellationRequested();
        var started = time.GetUtcNow();
        try
        {
            var value = await answer(arguments, ct).WaitAsync(ct).ConfigureAwait(false);
            return FakeResults.Of(run, value, trigger, started, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (TaskException)
        {
            // The real client would throw this too.
            throw;
        }
        catch (Exception e)
        {
            return FakeResults.Failed(run, e, trigger, started, time.GetUtcNow());
        }
    }
}
