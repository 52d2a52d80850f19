using System.Collections.Concurrent;

namespace OrleansTasks.Testing.Client;

/// <summary>Keeps the answers of a fake client, by the names of tasks.</summary>
internal sealed class FakeAnswers
{
    private readonly ConcurrentDictionary<string, Func<TaskArguments, CancellationToken, Task<object?>>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Exception> _refusals = new(StringComparer.Ordinal);

    public void Set(string task, Func<TaskArguments, CancellationToken, Task<object?>> answer) => _answers[task] = answer;

    public void Refuse(string task, Exception exception) => _refusals[task] = exception;

    public bool Has(string task) => _answers.ContainsKey(task);

    /// <summary>Throws the exception that every call that names the task must throw, if there is one.</summary>
    public void ThrowIfRefused(string task)
    {
        if (_refusals.TryGetValue(task, out var refusal))
        {
            throw refusal;
        }
    }

    /// <summary>Creates the result of a run.</summary>
    /// <exception cref="FakeTaskNotProgrammedException">There is no answer for the task.</exception>
    public async Task<TaskResult> AnswerAsync(RunId run, TaskArguments arguments, RunTrigger trigger, TimeProvider time, CancellationToken ct)
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
