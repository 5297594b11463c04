"""The networks of src/nn/models, written again in PyTorch: names of modules are the names of parameters."""

from __future__ import annotations

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn


def features_of(layer: nn.Module, x: torch.Tensor, normalise: bool) -> torch.Tensor:
    return layer(F.normalize(x, dim=1) if normalise else x)


class Mlp(nn.Sequential):
    def __init__(self, inputs: int, hidden: list[int], classes: int) -> None:
        widths = [inputs, *hidden]
        layers: list[nn.Module] = [nn.Flatten()]
        for below, above in zip(widths, widths[1:]):
            layers += [nn.Linear(below, above), nn.ReLU()]
        super().__init__(*layers, nn.Linear(widths[-1], classes))


class Fc6(nn.Sequential):
    def __init__(self, inputs: int, units: int, classes: int) -> None:
        layers: list[nn.Module] = [nn.Flatten()]
        for below in (inputs, units, units, units, units):
            layers += [nn.Linear(below, units, bias=False), nn.BatchNorm1d(units), nn.ReLU()]
        super().__init__(*layers, nn.Linear(units, classes))


class LeNet(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


class Cnn(nn.Module):
    def __init__(self, classes: int, normalise: bool) -> None:
        super().__init__()
        self.normalise = normalise
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)
        self.fc1 = nn.Linear(64 * 8 * 8, 256, bias=False)
        self.bn3 = nn.BatchNorm1d(256)
        self.fc2 = nn.Linear(256, 128, bias=False)
        self.bn4 = nn.BatchNorm1d(128)
        self.fc3 = nn.Linear(128, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        x = F.relu(self.bn3(self.fc1(x.flatten(1))))
        return features_of(self.fc3, F.relu(self.bn4(self.fc2(x))), self.normalise)


class Vgg11(nn.Module):
    def __init__(self, size: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for step in (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"):
            if step == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(channels, step, 3, padding=1, bias=False), nn.BatchNorm2d(step), nn.ReLU()]
                channels = step
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(512 * (size // 32) ** 2, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(x).flatten(1))


class Block(nn.Module):
    def __init__(self, inputs: int, channels: int, stride: int, shortcut: str) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.stride, self.missing = stride, channels - inputs
        self.downsample = None
        if stride != 1 and shortcut == "projection":
            self.downsample = nn.Sequential(nn.Conv2d(inputs, channels, 1, stride=stride, bias=False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.downsample is not None:
            x = self.downsample(x)
        elif self.stride != 1:
            half = self.missing // 2
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, self.missing - half))
        return F.relu(y + x)


class ResNet(nn.Module):
    def __init__(self, depth: int, shortcut: str, classes: int) -> None:
        super().__init__()
        blocks = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        stages = OrderedDict()
        for stage, (inputs, channels) in enumerate(((16, 16), (16, 32), (32, 64)), start=1):
            first = Block(inputs, channels, 1 if stage == 1 else 2, shortcut)
            others = [Block(channels, channels, 1, shortcut) for _ in range(blocks - 1)]
            stages[f"layer{stage}"] = nn.Sequential(first, *others)
        for name, stage in stages.items():
            self.add_module(name, stage)
        self.fc = nn.Linear(64, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
