using System.Collections.Concurrent;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Loses the answer of a grain call: the call executes, and its caller gets a timeout.</summary>
internal sealed class LostAnswers : IIncomingGrainCallFilter
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private string? _method;
    private Func<Task>? _before;

    /// <summary>Gets the number of lost answers.</summary>
    public int Lost { get; private set; }

    /// <summary>Gets the events, one for each call.</summary>
    public Happenings Happenings { get; } = new();

    /// <summary>Returns how often a method was called.</summary>
    public int CallsOf(string method) => _calls.GetValueOrDefault(method);

    /// <summary>Loses the answer of the next call of a method.</summary>
    /// <param name="method">The names of the interface and the method, for example <c>ITaskGrain.TriggerAsync</c>.</param>
    /// <param name="before">Runs after the call has executed, and before its caller gets the timeout.</param>
    public void LoseNext(string method, Func<Task>? before = null)
    {
        lock (_gate)
        {
            (_method, _before) = (method, before);
        }
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var name = $"{context.InterfaceMethod?.DeclaringType?.Name}.{context.InterfaceMethod?.Name}";
        _calls.AddOrUpdate(name, 1, static (_, known) => known + 1);
        Happenings.Note();
        await context.Invoke();
        if (IsNext(name, out var before))
        {
            await (before?.Invoke() ?? Task.CompletedTask);
            throw new TimeoutException("The answer was lost.");
        }
    }

    private bool IsNext(string method, out Func<Task>? before)
    {
        lock (_gate)
        {
            before = _before;
            if (method != _method)
            {
                return false;
            }

            (_method, _before) = (null, null);
            Lost++;
            return true;
        }
    }
}
