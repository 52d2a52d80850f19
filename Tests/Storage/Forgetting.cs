using System.Text.RegularExpressions;
using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>
/// Runs one owner after the other on storage that goes back by some writes, loses single segments, stores without an answer and stores
/// late. Compares the owners with a naive reference: changes that were acknowledged after the storage forgot something must exist, and the
/// loss of earlier ones must have been reported.
/// </summary>
internal sealed partial class Forgetting(int seed)
{
    private readonly Random _random = new(seed);
    private readonly StoredRows _rows = new();
    private readonly List<StorageNotice> _notices = [];
    private readonly HashSet<string> _accepted = [];
    private readonly Dictionary<string, List<(int Commit, string? Json)>> _asked = [];
    private readonly Dictionary<int, bool> _acknowledged = [];
    private int _commits;
    private int _safeFrom;
    private int _forgotAt;
    private int _openings;
    private bool _forgot;

    private PartitionLogOptions Options => TestOwner.Small with
    {
        WholeBytes = seed % 3 == 0 ? 10_000 : seed % 3 == 1 ? 250 : 0,
        LookAhead = 64,
        AcceptedLosses = _accepted,
        Notify = _notices.Add,
    };

    public async Task RunAsync()
    {
        for (var life = 0; life < 5; life++)
        {
            var owner = await OpenAsync(Storage());
            Check(owner.State);
            await LiveAsync(owner);
        }

        Check((await OpenAsync(new FaultyStorage(_rows))).State);
    }

    private FaultyStorage Storage()
    {
        var faults = _random.Next(3) == 0 ? 5 : 0;
        return new FaultyStorage(_rows)
        {
            LateBy = _random.Next(1, 30),
            Plan = call => call.IsWrite && _random.Next(100) < faults ? (Fault)_random.Next(1, 4) : Fault.None,
        };
    }

    private async Task LiveAsync(TestOwner owner)
    {
        var forgetsAt = _random.Next(2) == 0 ? _random.Next(5, 60) : -1;
        var verifiesAt = forgetsAt < 0 || _random.Next(2) == 0 ? -1 : forgetsAt + _random.Next(0, 20);
        for (var i = 0; i < 60 && owner.Log.Failure is null; i++)
        {
            if (i == forgetsAt)
            {
                Forget();
            }

            await PutAsync(owner);
            if (i == verifiesAt || _random.Next(20) == 0)
            {
                await owner.Log.VerifyAsync();
            }
        }

        if (_random.Next(2) == 0)
        {
            await owner.Log.VerifyAsync();
            await owner.Log.CloseAsync();
        }
        else
        {
            // The owner dies, and its pending operations end nowhere.
            await Task.Yield();
        }

        void Forget()
        {
            _safeFrom = _commits;
            _forgot = true;
            _forgotAt = _rows.Writes;
            _rows.GoBackTo(Math.Max(10, _rows.Writes - _random.Next(1, 60)));
        }
    }

    private async Task PutAsync(TestOwner owner)
    {
        var number = _commits++;
        LogChange[] changes =
            [.. Enumerable.Range(0, _random.Next(1, 4))
                .Select(
                    _ => new LogChange($"k{_random.Next(15)}",
                        _random.Next(5) == 0 ? null : $"\"{number}-{new string('v', _random.Next(60))}\""))];
        foreach (var change in changes)
        {
            (_asked.TryGetValue(change.Key, out var values) ? values : _asked[change.Key] = []).Add((number, change.Json));
        }

        try
        {
            await owner.CommitAsync(changes);
            _acknowledged[number] = true;
        }
        catch (Exception e) when (e is PartitionStorageException or PartitionFencedException or StrandedSegmentException)
        {
            // The owner gives up, and the next one reads what is stored.
        }
    }

    private async Task<TestOwner> OpenAsync(FaultyStorage storage)
    {
        while (true)
        {
            try
            {
                var owner = await TestOwner.OpenAsync(storage, Options);
                while (await owner.Log.VerifyAsync())
                {
                }

                if (owner.Log.Failure is null)
                {
                    return owner;
                }
            }
            catch (PartitionStorageException e) when (Advice().Match(e.Message) is { Success: true } advice)
            {
                // The error names what is missing. That is the report, which an operator then accepts.
                Assert.True(_forgot, e.Message);
                Assert.True(_accepted.Add(advice.Groups[1].Value), e.Message);
                _notices.Add(new StorageNotice(TaskEventKind.StorageLost, e.Message));
            }
            catch (PartitionStorageException e) when (!e.IsPermanent)
            {
                // A late write of an earlier owner overwrote the claim. The next try opens the partition again.
                Assert.True(_openings++ < 1000, e.Message);
            }
        }
    }

    private void Check(IReadOnlyDictionary<string, string> found)
    {
        var isSilent = _notices.Count == 0;
        foreach (var (key, values) in _asked)
        {
            var last = values.FindLastIndex(v => _acknowledged.ContainsKey(v.Commit));
            var json = found.GetValueOrDefault(key);
            var at = values.FindLastIndex(v => v.Json == json);
            var isThere = last < 0 || at >= last || (json is null && values.Skip(Math.Max(0, last)).Any(v => v.Json is null));
            var isSafe = last >= 0 && values[last].Commit >= _safeFrom;
            Assert.True(isThere || !isSafe,
                $"Seed {seed}: {key}, acknowledged in commit {(last < 0 ? -1 : values[last].Commit)} after storage forgot at commit "
                    + $"{_safeFrom}, is {json ?? "not there"}. Notices: {string.Join(" | ", _notices)}");
            Assert.True(isThere || !isSilent,
                $"Seed {seed}: {key} of commit {(last < 0 ? -1 : values[last].Commit)} is lost, and nothing was said. Forgot at write "
                    + $"{_forgotAt}, commit {_safeFrom}.");
        }

        // From now on, the reference is what was found.
        foreach (var (key, values) in _asked.ToList())
        {
            _asked[key] = found.TryGetValue(key, out var json) ? [(_commits, json)] : [];
        }

        _acknowledged[_commits++] = true;
        _notices.Clear();
        _forgot = false;
        _safeFrom = 0;
    }

    [GeneratedRegex("add '([^']+)' to TasksOptions.AcceptedLosses")]
    private static partial Regex Advice();
}
