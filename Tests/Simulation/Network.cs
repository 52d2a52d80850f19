using System.Reflection;

namespace OrleansTasks.Simulation;

/// <summary>Simulates the network between silos. Each call takes a while, and may be lost on its way or on the way back.</summary>
internal sealed class Network(World world, SimCluster cluster)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(0.1);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LatestDouble = TimeSpan.FromSeconds(15);
    private readonly HashSet<PendingCall> _pending = [];

    // In the order of their deadlines, as all calls have the same timeout. Includes answered calls.
    private readonly Queue<PendingCall> _patience = new();

    private int _calls;

    /// <summary>Gets or sets the probability, from 0 to 1, that a call or an answer is lost.</summary>
    public double Loses { get; set; }

    /// <summary>Gets or sets the probability that a call or an answer takes seconds.</summary>
    public double Delays { get; set; }

    /// <summary>Gets or sets the probability that a call arrives twice.</summary>
    public double Doubles { get; set; }

    /// <summary>Gets how many calls have been sent twice.</summary>
    public int Doubled { get; private set; }

    /// <summary>Creates a reference, for one silo, to a grain or to a silo's runner.</summary>
    public object Refer(Type type, SimSilo? from, string target, SiloAddress? silo = null)
    {
        var proxy = DispatchProxy.Create(type, typeof(CallProxy));
        ((CallProxy)proxy).Set(this, from, target, silo);
        return proxy;
    }

    public object? Call(SimSilo? from, string target, SiloAddress? silo, MethodInfo method, object?[] arguments)
    {
        var call = PendingCall.For(method.ReturnType, from, target, method, arguments);
        (call.Defect, call.Number) = (cluster.Defect, ++_calls);
        _pending.Add(call);
        (call.Deadline, call.IsPending) = (world.Now + Patience, true);
        _patience.Enqueue(call);
        if (_patience.Count == 1)
        {
            world.After(Patience, LosePatience);
        }

        if (world.CallsOf is { } wanted && $"{target} {string.Join(", ", arguments)}" is var text
            && text.Contains(wanted, StringComparison.Ordinal))
        {
            world.Tell($"  {from?.ToString() ?? "client"} calls {method.Name} of {target}{silo} {string.Join(", ", arguments)}");
            call.IsTold = true;
        }

        call.Gateway = from is null ? cluster.AnyGatewayOfTheDead() : null;
        Send(() => Deliver(call, silo));
        if (world.Happens(Doubles) && Simulation.Doubles.Of(method, arguments) is { } again)
        {
            Doubled++;
            if (Simulation.Doubles.IsFirstLate(method))
            {
                (call.Arguments, again) = (again, arguments);
            }

            var repetition = PendingCall.For(method.ReturnType, from, target, method, again);
            (repetition.Defect, repetition.IsTold, repetition.IsRepetition) = (cluster.Defect, call.IsTold, true);
            world.After(Travel() + world.Some(TimeSpan.Zero, LatestDouble), () => Deliver(repetition, silo));
        }

        return call.Answer;
    }

    /// <summary>Fails calls to a silo that is declared dead. Some of them never get an answer.</summary>
    public void FailCallsTo(SimSilo silo)
    {
        foreach (var call in _pending.Where(c => c.To == silo && world.Happens(0.7)).ToList())
        {
            world.After(Travel(), () => Fail(call, new SiloUnavailableException($"{silo.Address} is dead.")), call.From);
        }
    }

    private void Deliver(PendingCall call, SiloAddress? address)
    {
        if (address is not null)
        {
            if (cluster.Find(address) is not { } silo || cluster.IsDead(address))
            {
                world.After(Travel(), () => Fail(call, new SiloUnavailableException($"{address} is dead.")), call.From);
                return;
            }

            call.To = silo;
            silo.Do(() => Answer(call, silo.Threads.Begin(() => call.Begin(silo.Runner))));
            return;
        }

        var activation = cluster.Locate(call.Target, call.From ?? call.Gateway);
        if (activation is null)
        {
            world.After(Travel(), () => Fail(call, new SiloUnavailableException($"No silo for {call.Target}.")), call.From);
            return;
        }

        call.To = activation.Silo;
        activation.Silo.Do(() => activation.Take(() => Answer(call, activation.Begin(call)), () => Send(() => Deliver(call, null))));
    }

    private void Answer(PendingCall call, Task called)
    {
        // Collecting a failed task is expensive if nobody has observed its exception.
        called.Ignore();
        if (call.IsRepetition)
        {
            return;
        }

        var silo = call.To!;
        called.ContinueWith(
            _ => Send(() =>
            {
                if (IsOver(call))
                {
                    if (call.IsTold)
                    {
                        var answer = (call.Called?.Exception ?? called.Exception)?.InnerException?.Message ?? "done";
                        world.Tell(
                            $"  {call.From?.ToString() ?? "client"} has its answer of {call.Method.Name} of {call.Target}: {answer}");
                    }

                    call.Complete(call.Called is { IsCompleted: true } answered ? answered : called);
                }
            }, call.From),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            silo.Threads);
    }

    private void Fail(PendingCall call, Exception error)
    {
        if (IsOver(call))
        {
            call.Fail(error);
        }
    }

    /// <summary>Ends a call. Returns false if it had ended before.</summary>
    private bool IsOver(PendingCall call)
    {
        call.IsPending = false;
        return _pending.Remove(call);
    }

    /// <summary>Fails the calls that have reached their deadline.</summary>
    private void LosePatience()
    {
        while (_patience.TryPeek(out var first) && (!first.IsPending || first.Deadline <= world.Now))
        {
            var call = _patience.Dequeue();
            if (call.IsPending)
            {
                world.After(TimeSpan.Zero, () => Fail(call, new TimeoutException($"{call.Method.Name} of {call.Target} was not answered.")),
                    call.From);
            }
        }

        if (_patience.TryPeek(out var next))
        {
            world.After(next.Deadline - world.Now, LosePatience);
        }
    }

    private void Send(Action arrives, SimSilo? silo = null)
    {
        if (!world.Happens(Loses))
        {
            world.After(Travel(), arrives, silo);
        }
    }

    private TimeSpan Travel() =>
        world.Some(Least, Most) + (world.Happens(Delays) ? world.Some(TimeSpan.Zero, TimeSpan.FromSeconds(4)) : TimeSpan.Zero);
}
