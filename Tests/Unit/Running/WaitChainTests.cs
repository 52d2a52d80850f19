using System.Text.RegularExpressions;
using CsCheck;
using OrleansTasks.Calls;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

public sealed partial class WaitChainTests
{
    private readonly Dictionary<RunId, RunInfo> _runs = [];
    private readonly Dictionary<RunId, IReadOnlyList<Awaited>> _awaits = [];
    private readonly Dictionary<Guid, List<RunId>> _batches = [];
    private int _asked;

    /// <summary>
    /// Small letters are runs, capitals are batches. <c>B=m,n</c> names the runs of a batch, and <c>-</c> means that there is no cycle.
    /// </summary>
    [Theory]
    [InlineData("a>b b>a", "a b a")]
    [InlineData("a>b b>c c>a", "a b c a")]
    [InlineData("a>b b>c,d d>a", "a b d a")]
    [InlineData("a>b b>c c>b", "-")]
    [InlineData("a>b b>c", "-")]
    [InlineData("a>b", "-")]

    // Cycles through a batch, seen from the run that waits for it and from a run in it.
    [InlineData("a>B B=m m>a", "a B m a")]
    [InlineData("a>b b>B B=a,m m>c", "a b B a")]
    [InlineData("a>B B=m,n n>c c>a", "a B n c a")]
    [InlineData("a>b b>B B=m,n n>a", "a b B n a")]
    [InlineData("a>B B=m m>C C=n n>a", "a B m C n a")]
    [InlineData("a>C C=n n>B B=a,m m>C", "a C n B a")]

    // Other runs of a batch do not matter, nor do runs that have ended.
    [InlineData("a>B B=m,n m>c n>c", "-")]
    [InlineData("a>B B=m m>C C=n n>B", "-")]
    [InlineData("a>B B=m", "-")]
    public async Task Follow_ACircle_IsNamed(string waits, string expected)
    {
        Add(waits);
        var found = await Chain().FollowAsync(First(waits));

        Assert.Equal(expected, found.Circle is null ? "-" : string.Join(' ', found.Circle.Select(Name)));
    }

    [Theory]
    [InlineData(RunStatus.Waiting, true)]
    [InlineData(RunStatus.Running, false)]
    [InlineData(RunStatus.Succeeded, false)]
    public async Task Follow_ChainEndingAtAWaitingRun_ReportsIt(RunStatus status, bool blocked)
    {
        Add("a>b b>c");
        Set("c", status);

        var found = await Chain().FollowAsync(Id("b"));

        Assert.Equal(blocked ? Id("c") : null, found.Blocked?.RunId);
        Assert.Null(found.Circle);
    }

    /// <summary>A batch is stuck when none of its runs is executing or waits for executing runs.</summary>
    [Theory]
    [InlineData(RunStatus.Waiting, RunStatus.Waiting, "m")]
    [InlineData(RunStatus.Waiting, RunStatus.Pending, "m")]
    [InlineData(RunStatus.Waiting, RunStatus.Running, null)]
    [InlineData(RunStatus.Pending, RunStatus.Pending, null)]
    public async Task Follow_ABatchWithoutStartedRuns_IsReported(RunStatus first, RunStatus second, string? blocked)
    {
        Add("a>B B=m,n");
        Set("m", first);
        Set("n", second);

        Assert.Equal(blocked, (await Chain().FollowAsync(Batch("B"))).Blocked?.RunId.Task);
    }

    [Fact]
    public async Task Follow_RunOfABatchThatWaitsForAWaitingRun_IsReported()
    {
        Add("a>B B=m,n m>c");
        Set("c", RunStatus.Waiting);
        Set("n", RunStatus.Waiting);

        Assert.Equal("c", (await Chain().FollowAsync(Batch("B"))).Blocked?.RunId.Task);
    }

    [Fact]
    public async Task Follow_ALongChain_IsBounded()
    {
        await new WaitChain(Id("a"), null, run =>
        {
            _asked++;
            return Task.FromResult<RunInfo?>(
                new RunInfo
                {
                    RunId = run,
                    Status = RunStatus.Running,
                    Awaits = [Id($"{int.Parse(run.Task, System.Globalization.CultureInfo.InvariantCulture) + 1}")]
                });
        }, FindBatch).FollowAsync(Id("1"));

        Assert.Equal(WaitChain.MostRuns, _asked);
    }

    [Fact]
    public async Task Follow_ManyBatches_IsBounded()
    {
        await new WaitChain(Id("a"), null, Find, _ =>
        {
            _asked++;
            return Task.FromResult(
                new BatchWork
                {
                    Awaiting = [new AwaitingRun(Id($"{_asked}"), [Awaited.OfBatch(Guid.NewGuid()), Awaited.OfBatch(Guid.NewGuid())])]
                });
        }).FollowAsync(Batch("B"));

        Assert.Equal(WaitChain.MostBatches, _asked);
    }

    /// <summary>In any graph, the search finds a cycle exactly if there is one, and the path that it names is a cycle.</summary>
    [Fact]
    public void Follow_AnyGraph_MatchesAnExhaustiveSearch() =>
        Gen.Select(Gen.Int[0, 11].Array[0, 4].Array[12], Gen.Int[0, 3].Array[12]).Sample((edges, batchOf) =>
        {
            // 0 to 8 are runs, and 0 is the one that asks. 9 to 11 are batches. A run with batch number 3 is in no batch.
            var tests = new WaitChainTests();
            for (var n = 0; n < 9; n++)
            {
                tests.Put($"{(char)('a' + n)}", [.. edges[n].Distinct().Where(e => e != n && !(e >= 9 && batchOf[n] == e - 9)).Select(Of)]);
            }

            for (var b = 0; b < 3; b++)
            {
                tests._batches[Batch($"{(char)('A' + b)}").Batch!.Value] =
                    [.. Enumerable.Range(0, 9).Where(n => batchOf[n] == b).Select(static n => Id($"{(char)('a' + n)}"))];
            }

            foreach (var target in tests._awaits.GetValueOrDefault(Id("a")) ?? [])
            {
                var circle = tests.Chain().FollowAsync(target).GetAwaiter().GetResult().Circle;
                Assert.Equal(tests.Reaches(target, []), circle is not null);
                if (circle is not null)
                {
                    Assert.Equal((Id("a"), target, Id("a")), (circle[0], circle[1], circle[^1]));
                    Assert.Equal(circle.Count - 1, circle.Distinct().Count());
                    Assert.All(circle.Zip(circle.Skip(1)), step => Assert.Contains(step.Second, tests.Next(step.First)));
                }
            }

            static Awaited Of(int node) => node < 9 ? Id($"{(char)('a' + node)}") : Batch($"{(char)('A' + node - 9)}");
        });

    [Theory]
    [InlineData("a b a", "it waits for b, which waits for a.")]
    [InlineData("a b c a", "it waits for b, which waits for c, which waits for a.")]
    [InlineData("a a", "it waits for a.")]
    [InlineData("a B a", "it waits for the batch B, to which it belongs.")]
    [InlineData("a B m a", "it waits for the batch B with the run m, which waits for a.")]
    [InlineData("a b B a", "it waits for b, which waits for the batch B, to which a belongs.")]
    [InlineData("a B m C n a", "it waits for the batch B with the run m, which waits for the batch C with the run n, which waits for a.")]
    public void RunCycleException_NamesTheRuns(string circle, string expected)
    {
        var names = circle.Split(' ');
        var e = new RunCycleException([.. names.Select(Node).Select(static n => (n.Run, n.Batch))]);

        Assert.Equal(
            Names().Replace($"The run a would never end: {expected}", static m => $"{(object?)Node(m.Value).Batch ?? Id(m.Value)}"),
            e.Message);
        Assert.Equal(("a", string.Concat(names.Where(static n => char.IsLower(n[0])))),
            (e.Task, string.Concat(e.Runs.Select(static r => r.Task))));
    }

    [GeneratedRegex(@"\b[a-zA-Z]\b")]
    private static partial Regex Names();

    private static RunId Id(string task) => new(task, new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    private static Awaited Batch(string name) => Awaited.OfBatch(new Guid(name[0], 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    private static Awaited Node(string name) => char.IsUpper(name[0]) ? Batch(name) : Id(name);

    private static string Name(Awaited node) => node.Run?.Task ?? $"{(char)node.Batch!.Value.ToByteArray()[0]}";

    private static Awaited First(string waits) => Node(waits.Split(' ')[0][2..].Split(',')[0]);

    private WaitChain Chain()
    {
        var own = _batches.Where(static b => b.Value.Contains(Id("a"))).Select(static b => (Guid?)b.Key).FirstOrDefault();
        return new WaitChain(Id("a"), own, Find, FindBatch);
    }

    private void Add(string waits)
    {
        foreach (var part in waits.Split(' '))
        {
            var nodes = part[2..].Split(',');
            if (part[1] == '=')
            {
                _batches[Batch(part).Batch!.Value] = [.. nodes.Select(Id)];
            }
            else
            {
                Put(part[..1], [.. nodes.Select(Node)]);
            }
        }
    }

    private void Put(string run, IReadOnlyList<Awaited> awaits)
    {
        _awaits[Id(run)] = awaits;
        _runs[Id(run)] = new RunInfo
        {
            RunId = Id(run),
            Status = RunStatus.Running,
            Awaits = [.. awaits.Select(static a => a.Run).OfType<RunId>()],
            AwaitsBatches = [.. awaits.Select(static a => a.Batch).OfType<Guid>()]
        };
    }

    private void Set(string run, RunStatus status) =>
        _runs[Id(run)] = new RunInfo { RunId = Id(run), Status = status, WaitingFor = "a place" };

    private IEnumerable<Awaited> Next(Awaited node) =>
        node.Run is { } run ? _awaits.GetValueOrDefault(run) ?? [] : _batches[node.Batch!.Value].Select(static r => (Awaited)r);

    /// <summary>Returns whether the search reaches the run that asks.</summary>
    private bool Reaches(Awaited from, HashSet<Awaited> seen) =>
        from == Id("a") || (seen.Add(from) && Next(from).Any(n => Reaches(n, seen)));

    private Task<RunInfo?> Find(RunId run) => Task.FromResult(_runs.GetValueOrDefault(run));

    /// <summary>
    /// Answers as tasks do: it names the runs that wait for others. About the rest it only says whether one is executing or waits.
    /// </summary>
    private Task<BatchWork> FindBatch(Guid batch)
    {
        var runs = (_batches.GetValueOrDefault(batch) ?? []).Select(r => _runs.GetValueOrDefault(r)).OfType<RunInfo>().ToList();
        return Task.FromResult(new BatchWork
        {
            IsAtWork = runs.Exists(static r => r.Status == RunStatus.Running && r.Awaits.Count + r.AwaitsBatches.Count == 0),
            Waiting = runs.Find(static r => r.Status == RunStatus.Waiting),
            Awaiting =
                [.. runs.Select(r => new AwaitingRun(r.RunId, _awaits.GetValueOrDefault(r.RunId) ?? []))
                    .Where(static r => r.Awaits.Count > 0)],
        });
    }
}
