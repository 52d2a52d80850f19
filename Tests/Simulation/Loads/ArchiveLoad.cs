namespace OrleansTasks.Simulation;

/// <summary>Checks after recovery that a search finds the ended runs.</summary>
/// <param name="client">The client.</param>
internal sealed class ArchiveLoad(SimClient client) : Load(client)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);

    public override async Task ReadAsync(Judgement judgement)
    {
        // Activations that found results in a history need this time to store them in the archive.
        await Client.WaitAsync(Settling, Settling);
        foreach (var said in judgement.Said.ToList())
        {
            judgement.Take(said with { Kept = await KeptAsync(said.Task) });
        }
    }

    public override void Judge(Judgement judgement)
    {
        foreach (var said in judgement.Said)
        {
            foreach (var twice in said.Kept.GroupBy(static r => r).Where(static g => g.Count() > 1))
            {
                judgement.Add(false, $"{twice.Key} is found {twice.Count()} times.");
            }

            foreach (var result in said.Results.Where(r => r.Status != RunStatus.Gap && !said.Kept.Contains(r.RunId)))
            {
                judgement.Add(false, $"{result.RunId} has the result {result.Sequence} ({result.Status}), and is not found by a search.");
            }
        }
    }

    private async Task<IReadOnlyList<RunId>> KeptAsync(string task)
    {
        var (archive, kept, query) = (Client.ArchiveOf(task), new List<RunId>(), new RunQuery { Task = task, Limit = 50 });
        while (true)
        {
            var page = await Client.CallAsync(_ => archive.RankAsync(query));
            kept.AddRange(page.Runs.Select(static r => r.Run));
            if (page.Through is not { } place)
            {
                return kept;
            }

            query = query with { After = place.ToString(query.Sort) };
        }
    }
}
