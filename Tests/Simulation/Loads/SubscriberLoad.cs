using OrleansTasks.Client.Feeds;

namespace OrleansTasks.Simulation;

/// <summary>
/// Simulates a subscriber to the tasks' results. As a real one does, it reads a stream that loses some of them, and the histories.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="cluster">The cluster.</param>
internal sealed class SubscriberLoad(SimClient client, SimCluster cluster) : Load(client)
{
    private const int Page = 500;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private readonly Dictionary<string, Listener> _listeners = new(StringComparer.Ordinal);

    public override void Begin(IReadOnlyList<TaskPlan> tasks)
    {
        foreach (var plan in tasks)
        {
            Client.Begin($"The results of {plan.Name} were to be heard", () => ListenAsync(plan.Name));
        }

        cluster.Stream.Subscribe(result => _listeners.GetValueOrDefault(result.Task)?.Offer(result));
    }

    public override async Task ReadAsync(Judgement judgement)
    {
        foreach (var listener in _listeners.Values)
        {
            await listener.CatchUpAsync(LastOf(judgement.SaidOf(listener.Task)?.Results ?? []));
        }
    }

    public override void Judge(Judgement judgement)
    {
        foreach (var listener in _listeners.Values)
        {
            listener.Judge(judgement, judgement.SaidOf(listener.Task)?.Results ?? []);
        }
    }

    private static long LastOf(IReadOnlyList<TaskResult> results) => results.Count == 0 ? 0 : results[^1].Sequence;

    private async Task ListenAsync(string task)
    {
        var start = (await Client.CallAsync(_ => Client.TaskOf(task).HistoryAsync(long.MaxValue, 0))).LastSequence;
        var listener = new Listener(Client, task, start);
        _listeners[task] = listener;
        while (true)
        {
            await Client.WaitAsync(TimeSpan.FromMilliseconds(20), Period);
            await listener.LookAsync();
        }
    }

    /// <summary>Collects the results of one task.</summary>
    private sealed class Listener
    {
        private readonly SimClient _client;
        private readonly TaskTail _tail;
        private readonly long _start;
        private readonly List<TaskResult> _heard = [];
        private DateTimeOffset _since;
        private bool _isLooking;

        public Listener(SimClient client, string task, long start)
        {
            (_client, _start, _since) = (client, start, client.Now);
            _tail = new TaskTail(task, Period, 1_000, new HeldBytes(long.MaxValue));
            _tail.StartAfter(start);
        }

        public string Task => _tail.Task;

        public void Offer(TaskResult result)
        {
            Hear(_tail.Offer(result));
            _since = _client.Now;
        }

        /// <summary>Reads the history if that is due.</summary>
        public async Task LookAsync()
        {
            if (!_isLooking && _client.Now - _since >= _tail.DueAfter)
            {
                await AskAsync();
            }
        }

        /// <summary>Reads the history until it has the result with a given number.</summary>
        public async Task CatchUpAsync(long number)
        {
            for (var n = 0; n < 20 && _tail.Last < number; n++)
            {
                await AskAsync();
                await _client.WaitAsync(Period, Period);
            }
        }

        public void Judge(Judgement judgement, IReadOnlyList<TaskResult> results)
        {
            var last = _start;
            foreach (var heard in _heard)
            {
                var first = heard.Status == RunStatus.Gap ? heard.Sequence - heard.Missed + 1 : heard.Sequence;
                judgement.Add(first == last + 1, $"{Task} was heard up to {last}, and then from {first} to {heard.Sequence}.");
                last = heard.Sequence;
            }

            var gaps = _heard.Where(static h => h.Status == RunStatus.Gap).ToList();
            foreach (var result in results.Where(r => gaps.Exists(g => g.Sequence - g.Missed < r.Sequence && r.Sequence <= g.Sequence)))
            {
                judgement.Add(false,
                    $"{Task} number {result.Sequence} was said to be lost, and the history has it: {result.RunId} {result.Status}.");
            }

            judgement.Add(LastOf(results) <= last, $"{Task} was heard up to {last}, and the history has {LastOf(results)}.");
        }

        private async Task AskAsync()
        {
            _isLooking = true;
            var sight = _tail.Now;
            ResultHistory? history = null;
            try
            {
                history = await _client.TryAsync(_client.TaskOf(Task).HistoryAsync(_tail.Last, Page));
            }
            finally
            {
                _isLooking = false;
            }

            Hear(_tail.Fill(history?.Results, history is { HasMore: false, Results.Count: < Page }, sight, history?.FinalThrough));
            _since = _client.Now;
        }

        private void Hear(IReadOnlyList<TaskResult> passed)
        {
            foreach (var result in passed)
            {
                _client.World.Tell(
                    $"  {Task} is heard: {result.Status} {result.Sequence} {result.RunId} "
                        + $"{(result.Missed > 0 ? $"of {result.Missed}" : "")}");
            }

            _heard.AddRange(passed);
        }
    }
}
