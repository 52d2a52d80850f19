using OrleansTasks.Publishing;

namespace OrleansTasks.Simulation;

/// <summary>Simulates the stream of results. It loses some and delays others.</summary>
/// <param name="world">The world.</param>
/// <param name="truth">Learns of each result, whether it is lost or not.</param>
internal sealed class SimStream(World world, Truth truth)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(3);
    private readonly List<Action<TaskResult>> _subscribers = [];

    /// <summary>Gets or sets the probability, from 0 to 1, that a result is lost.</summary>
    public double Loses { get; set; } = 0.2;

    /// <summary>Gets or sets the probability that a result takes seconds.</summary>
    public double Delays { get; set; } = 0.05;

    /// <summary>Adds a subscriber.</summary>
    public void Subscribe(Action<TaskResult> subscriber) => _subscribers.Add(subscriber);

    /// <summary>Returns the publisher of a silo.</summary>
    public IResultPublisher Of(SimSilo silo) => new Publisher(world, truth, this, silo);

    private sealed class Publisher(World world, Truth truth, SimStream stream, SimSilo silo) : IResultPublisher
    {
        public void Publish(TaskResult result)
        {
            truth.Publish(result.RunId);
            if (stream._subscribers.Count > 0)
            {
                // Until the result reaches the queue, it is lost with its silo.
                world.After(world.Some(Least, Most), () => Bring(result), silo);
            }
        }

        public void Want(string task)
        {
        }

        private void Bring(TaskResult result)
        {
            if (!world.Happens(stream.Loses))
            {
                world.After(world.Happens(stream.Delays) ? world.Some(Least, Latest) : Least,
                    () => stream._subscribers.ForEach(s => s(result)));
            }
        }
    }
}
